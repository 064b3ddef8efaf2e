package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/draft"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/ideafile"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/when"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// session is an idea that is open in the editor.
type session struct {
	env    *plugin.Env
	client *neuralrepo.Client
	base   neuralrepo.Idea // the idea when it was opened
	draft  draft.Draft
}

// draftsDir returns the directory of the drafts.
func draftsDir(env *plugin.Env) (string, error) {
	state, err := env.StateDir(directory)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(state, "drafts")
	return dir, os.MkdirAll(dir, 0o700)
}

// editText opens an idea in the editor and sends the changes. With resume, it opens the
// draft of an earlier run.
func editText(ctx context.Context, env *plugin.Env, r neuralrepo.Ref, resume bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	idea, err := client.IdeaByRef(ctx, r)
	if err != nil {
		return err
	}
	dir, err := draftsDir(env)
	if err != nil {
		return err
	}
	s := &session{env: env, client: client, base: idea}
	if resume {
		s.draft, err = s.kept(dir)
	} else {
		cred := client.Credential()
		origin := draft.Origin{APIURL: cred.APIURL, UserID: cred.UserID, ID: string(idea.ID), Number: string(idea.Number), Title: idea.Title}
		name := "idea-" + strings.ReplaceAll(shortRef(idea), ":", "-") + ".md"
		s.draft, err = draft.Create(dir, name, origin, s.render())
	}
	if err != nil {
		return fmt.Errorf("the text cannot be saved: %w", err)
	}
	ctx, stop := env.NotifyContext(ctx) // to print the path of the file even after a signal
	defer stop()
	err = s.edit(ctx, resume)
	if err != nil && ctx.Err() != nil {
		env.Warn("your text is in " + s.draft.File)
	}
	return err
}

// kept returns the latest draft of the idea.
func (s *session) kept(dir string) (draft.Draft, error) {
	list, err := draft.List(dir)
	if err != nil {
		return draft.Draft{}, err
	}
	cred := s.client.Credential()
	for _, d := range list {
		if d.APIURL == cred.APIURL && d.ID == string(s.base.ID) {
			return *d, nil
		}
	}
	return draft.Draft{}, fmt.Errorf("there is no unsent text for %s", ref(s.base.Number, s.base.ID))
}

func (s *session) render() []byte {
	return ideafile.Render(ideafile.Idea{
		Number: string(s.base.Number), Title: s.base.Title, Status: s.base.Status, Tags: s.base.Tags, Body: s.base.Body,
	}, "status: "+strings.Join(neuralrepo.Statuses(), ", "), "The body, in Markdown, is below the dashes. To cancel, empty the file.")
}

// maxTries is how many times the editor opens at most: one that is a script may make the
// same fault for ever.
const maxTries = 20

// edit runs the editor until the text is valid, or the person gives up.
func (s *session) edit(ctx context.Context, resumed bool) error {
	var fault error
	var refused []byte // the text with the fault
	for tries := 1; ; tries++ {
		before, err := s.draft.Read()
		if err != nil {
			return s.keep(err)
		}
		if err := s.env.Edit(ctx, s.draft.File); err != nil {
			if output.AsError(err).Code == output.CodeUsage && fault == nil && !resumed { // no editor was opened
				s.draft.Remove()
				return err
			}
			return s.resumable(err)
		}
		text, err := s.draft.Read()
		switch unchanged := bytes.Equal(text, before); {
		case err != nil:
			return s.keep(err)
		case len(bytes.TrimSpace(text)) == 0:
			s.draft.Remove()
			return &output.Error{Code: output.CodeCancelled, Err: errors.New("cancelled: the text is empty")}
		case fault != nil && (unchanged || bytes.Equal(text, refused)):
			return s.keep(fault)
		}
		update, body, err := s.read(text)
		if err != nil {
			fault, refused = err, text
			s.env.Warn(err.Error())
			if err := s.draft.Write(withFault(s.base, text, err, body)); err != nil {
				return s.keep(err)
			}
			if tries == maxTries {
				return s.keep(fault)
			}
			continue
		}
		return s.send(ctx, update)
	}
}

// faultMark begins the line of a text that reports its fault.
const faultMark = "# error: "

// withFault adds a line with the fault at the top of a text. If the front matter is
// missing, it adds that of the idea. A text that is not UTF-8 is not changed, since that
// could damage it.
func withFault(base neuralrepo.Idea, text []byte, fault error, body bool) []byte {
	if !utf8.Valid(text) {
		return text
	}
	line := faultMark + strings.ReplaceAll(fault.Error(), "\n", " ")
	if body {
		return ideafile.Render(ideafile.Idea{Number: string(base.Number), Title: base.Title, Status: base.Status, Tags: base.Tags,
			Body: strings.TrimSuffix(string(text), "\n")}, line[2:])
	}
	first, rest, _ := strings.Cut(string(text), "\n")
	for strings.HasPrefix(rest, faultMark) {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	return []byte(first + "\n" + line + "\n" + rest)
}

// read returns the changes in the text. bare is true for a text without front matter.
func (s *session) read(text []byte) (update neuralrepo.IdeaUpdate, bare bool, err error) {
	p, err := ideafile.Parse(text)
	if err != nil {
		return update, false, err
	}
	fault := func(field, format string, args ...any) error {
		return &ideafile.FaultError{Line: p.Line(field), Err: fmt.Errorf(format, args...)}
	}
	switch {
	case !p.Has["title"] && !p.Has["tags"] && !p.Has["status"]:
		return update, true, errors.New("the lines between the dashes, with title, status and tags, are missing")
	case len(p.Unknown) > 0:
		return update, false, fmt.Errorf("there is no field %q: use title, status and tags", p.Unknown[0])
	case p.Has["number"] && p.Number != string(s.base.Number):
		return update, false, fault("number", "the number of an idea cannot be changed; it is %s", s.base.Number)
	}
	if p.Has["title"] && p.Title != s.base.Title {
		update.Title = &p.Title
	}
	if p.Has["status"] && p.Status != s.base.Status {
		update.Status = &p.Status
	}
	if p.Has["tags"] && !slices.Equal(p.Tags, s.base.Tags) && len(p.Tags)+len(s.base.Tags) > 0 {
		update.Tags = &p.Tags
	}
	if p.Body != s.base.Body {
		update.Body = &p.Body
	}
	for field, only := range map[string]neuralrepo.IdeaUpdate{"title": {Title: update.Title}, "status": {Status: update.Status}, "tags": {Tags: update.Tags}, "body": {Body: update.Body}} {
		if only != (neuralrepo.IdeaUpdate{}) {
			if err := only.Validate(); err != nil {
				return update, false, fault(field, "%w", err)
			}
		}
	}
	return update, false, nil
}

// send sends the changes, unless another client has changed the same field meanwhile.
func (s *session) send(ctx context.Context, update neuralrepo.IdeaUpdate) error {
	if update == (neuralrepo.IdeaUpdate{}) {
		s.draft.Remove()
		return s.env.Print(s.base, changeOf(s.base, unchanged).line(updated.done))
	}
	now, err := s.client.Idea(ctx, s.base.ID)
	if status, ok := errors.AsType[*neuralrepo.Error](err); ok && status.Status == http.StatusNotFound || err == nil && now.IsArchived {
		return &output.Error{
			Err:  fmt.Errorf("%s was archived or merged meanwhile; your text is in %s", ref(s.base.Number, s.base.ID), s.draft.File),
			Hint: "capture it as a new idea with `" + command(s.client, "import "+output.ShellWord(s.draft.File)) + "`",
		}
	}
	if err != nil {
		return s.keep(err)
	}
	if conflicts := conflicts(s.base, now, update); conflicts != "" {
		io.WriteString(s.env.Stderr, conflicts)
		return s.keep(fmt.Errorf("%s was changed by somebody else meanwhile: - is theirs, + is yours", ref(s.base.Number, s.base.ID)))
	}
	after, err := s.client.UpdateIdea(ctx, s.base.ID, update)
	if err != nil {
		return s.keep(err)
	}
	if err := s.draft.Remove(); err != nil {
		s.env.Warn(fmt.Sprintf("%s could not be removed: %v", s.draft.File, err))
	}
	what := differences(now, applied(now, update, neuralrepo.BulkUpdate{}))
	return s.env.Print(after, changeOf(now, what).line(updated.done))
}

// conflicts returns a diff of the fields that both the person and another client have
// changed. It compares fields, not times, because the service changes updated_at on its
// own.
func conflicts(base, theirs neuralrepo.Idea, update neuralrepo.IdeaUpdate) string {
	var b strings.Builder
	field := func(name, base, theirs string, mine *string) {
		if mine == nil || theirs == base || theirs == *mine {
			return
		}
		text := diff.Diff(name+" (theirs)", []byte(theirs+"\n"), name+" (yours)", []byte(*mine+"\n"))
		_, rest, _ := strings.Cut(string(text), "\n")
		b.WriteString(output.SafeText(rest))
	}
	field("title", base.Title, theirs.Title, update.Title)
	field("status", base.Status, theirs.Status, update.Status)
	if update.Tags != nil {
		mine := strings.Join(*update.Tags, "\n")
		field("tags", strings.Join(base.Tags, "\n"), strings.Join(theirs.Tags, "\n"), &mine)
	}
	field("body", base.Body, theirs.Body, update.Body)
	return b.String()
}

// keep adds the path of the draft to an error.
func (s *session) keep(err error) error {
	e := *output.AsError(err)
	e.Err = fmt.Errorf("%w; your text is in %s", e.Err, s.draft.File)
	return s.resumable(&e)
}

// resumable adds a hint to an error on how to open the draft again.
func (s *session) resumable(err error) error {
	e := *output.AsError(err)
	if e.Hint != "" {
		e.Hint += "; "
	}
	e.Hint += "open the text again with `" + command(s.client, "edit "+shortRef(s.base)+" --resume") + "`"
	return &e
}

// listDrafts lists the drafts.
func listDrafts(env *plugin.Env) error {
	dir, err := draftsDir(env)
	if err != nil {
		return err
	}
	list, err := draft.List(dir)
	if err != nil {
		return err
	}
	type entry struct {
		draft.Origin
		File     string    `json:"file"`
		Modified time.Time `json:"modified_at"`
	}
	entries := []entry{}
	var human strings.Builder
	for _, d := range list {
		entries = append(entries, entry{d.Origin, d.File, d.Modified.UTC().Truncate(time.Second)})
		fmt.Fprintf(&human, "%s, %s\n  %s\n", named(neuralrepo.Idea{ID: neuralrepo.ID(d.ID), Number: neuralrepo.ID(d.Number), Title: d.Title}),
			when.Ago(d.Modified, time.Now()), output.SafeLine(d.File))
	}
	if len(list) == 0 {
		human.WriteString("No unsent texts.\n")
	}
	return env.Print(entries, human.String())
}
