package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete(env)
	env.MayBeEmpty = []string{"body"} // --body "" means no body
	var r request
	fs := flag.NewFlagSet("push", flag.ContinueOnError)
	fs.Func("body", "the body text, in Markdown: `TEXT`, or - to read stdin", func(text string) error {
		r.body = &text
		return nil
	})
	fs.StringVar(&r.bodyFile, "body-file", "", "read the body text from `FILE`; - is stdin")
	fs.Func("tag", "add a `TAG`, or several as in a,b; may be repeated", r.addTags)
	fs.StringVar(&r.idea.Status, "status", "", "the initial `STATUS`; captured by default")
	fs.Func("parent", "the `IDEA` this one grew out of: 12, #12 or id:698", r.setParent)
	fs.StringVar(&r.idea.SourceURL, "url", "", "the `URL` the idea comes from")
	fs.BoolVar(&r.dryRun, "dry-run", false, "say what would be captured, and capture nothing")
	return env.Run(ctx, &ffcli.Command{
		Name:       "push",
		ShortUsage: `nrepo push ["<title>"] [flags]`,
		ShortHelp:  plugin.SummaryMarker + "Capture an idea" + plugin.CompleteMarker,
		LongHelp: `
Without a title and a body, nrepo opens an editor, as git commit does: the first
line is the title, and the text after an empty line is the body. If you leave
the text empty, nothing is captured. If it is too long, the editor opens again.
Without a terminal, a title is required.

A title has at most 200 characters and a body at most 50000; an idea has at
most 20 tags of at most 50 characters each. STATUS is captured, exploring,
building, shipped or shelved.

Examples:
  nrepo push "Solar-powered bus stops"
  nrepo push "Solar-powered bus stops" --tag energy,city --status exploring
  nrepo push "A panel on every roof" --parent 12 --url https://example.com/roofs
  git log -1 --format=%B | nrepo push "Last commit" --body -
  nrepo push` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 1 || len(args) == 0 && !r.canEdit(env) {
				return plugin.Usagef("needs one title, in quotes, as in `nrepo push \"Solar-powered bus stops\"`")
			}
			if r.body != nil && r.bodyFile != "" {
				return plugin.Usagef("--body and --body-file cannot be used together")
			}
			if len(args) == 0 && r.dryRun {
				return plugin.Usagef("--dry-run needs a title")
			}
			if len(args) == 0 {
				return pushEdited(ctx, env, r)
			}
			r.idea.Title = args[0]
			return pushGiven(ctx, env, r)
		},
	})
}

// request is the parsed command line.
type request struct {
	idea     neuralrepo.NewIdea
	parent   *neuralrepo.Ref // nil for none
	body     *string         // value of --body; "-" is stdin
	bodyFile string
	dryRun   bool
}

// addTags adds the tags of one --tag, without repeating any.
func (r *request) addTags(list string) error {
	found := false
	for tag := range strings.SplitSeq(list, ",") {
		if tag = strings.TrimSpace(tag); tag == "" {
			continue
		}
		found = true
		if !slices.Contains(r.idea.Tags, tag) {
			r.idea.Tags = append(r.idea.Tags, tag)
		}
	}
	if !found {
		return errors.New("must contain a tag")
	}
	return nil
}

func (r *request) setParent(text string) error {
	ref, err := neuralrepo.ParseRef(text)
	r.parent = &ref
	return err
}

// canEdit reports whether to open an editor: there is a terminal, and no text was
// given.
func (r *request) canEdit(env *plugin.Env) bool {
	return r.body == nil && r.bodyFile == "" && plugin.IsTerminal(env.Stdin) && plugin.IsTerminal(env.Stdout)
}

// maxBodyFile limits what is read. The service's limit of 50,000 characters is
// checked afterwards.
const maxBodyFile = 4 << 20

// pushGiven captures the idea given on the command line.
func pushGiven(ctx context.Context, env *plugin.Env, r request) error {
	if r.body != nil && *r.body == "-" {
		r.bodyFile = "-"
	}
	switch {
	case r.bodyFile != "":
		body, err := env.ReadInput(ctx, r.bodyFile, maxBodyFile)
		if err != nil {
			return err
		}
		r.idea.Body = string(body)
	case r.body != nil:
		r.idea.Body = *r.body
	}
	if err := r.idea.Validate(); err != nil {
		return plugin.Usagef("%w", err)
	}
	client, err := r.connect(ctx, env)
	if err != nil {
		return err
	}
	if r.dryRun {
		return rehearse(env, r.idea)
	}
	return send(ctx, env, client, r.idea)
}

// rehearse prints what would be captured.
func rehearse(env *plugin.Env, idea neuralrepo.NewIdea) error {
	type change struct {
		Title string `json:"title"`
	}
	return env.Print(struct {
		DryRun  bool     `json:"dry_run"`
		Changes []change `json:"changes"`
	}{true, []change{{idea.Title}}}, output.SafeLine(fmt.Sprintf("Would capture %q", idea.Title))+"\n")
}

// pushEdited captures an idea written in an editor. Login, flags and parent are
// checked before the editor opens. If anything fails afterwards, the text is kept
// in a file.
func pushEdited(ctx context.Context, env *plugin.Env, r request) error {
	r.idea.Title = "to be written"
	if err := r.idea.Validate(); err != nil {
		return plugin.Usagef("%w", err)
	}
	client, err := r.connect(ctx, env)
	if err != nil {
		return err
	}
	ctx, stop := env.NotifyContext(ctx) // to print the path of the file even after a signal
	defer stop()
	d, err := newDraft(env)
	if err != nil {
		return err
	}
	if err := write(ctx, env, d, &r.idea); err != nil {
		return err
	}
	if err := send(ctx, env, client, r.idea); err != nil {
		d.tell(env)
		return err
	}
	d.done(env)
	return nil
}

// maxTries is how many times the editor opens at most: one that is a script may make
// the same fault for ever.
const maxTries = 20

// write opens the editor for title and body. If the text is not valid, it opens
// again, until the user leaves it unchanged.
func write(ctx context.Context, env *plugin.Env, d *draft, idea *neuralrepo.NewIdea) error {
	for tries := 1; ; tries++ {
		title, body, err := d.edit(ctx, env)
		if err != nil {
			return err
		}
		same := title == idea.Title && body == idea.Body
		idea.Title, idea.Body = title, body
		fault := idea.Validate()
		if fault == nil {
			return nil
		}
		if err := d.explain(fault); same || tries == maxTries || err != nil {
			d.tell(env)
			return plugin.Usagef("%w", errors.Join(fault, err))
		}
		env.Warn(fault.Error())
	}
}

// connect returns a client, and finds the parent with it.
func (r *request) connect(ctx context.Context, env *plugin.Env) (*neuralrepo.Client, error) {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress, CacheDir: cacheDir(env)})
	if err != nil {
		return nil, err
	}
	env.DefaultFormat = client.Credential().Method.DefaultFormat() // or Print would read the config again
	if r.parent == nil {
		return client, nil
	}
	ids, err := client.Resolve(ctx, *r.parent)
	if err != nil {
		return nil, err
	}
	r.idea.ParentID = ids[0]
	return client, nil
}

func send(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, idea neuralrepo.NewIdea) error {
	idea.Source = "cli"
	created, err := client.CreateIdea(ctx, idea)
	if err != nil {
		return err
	}
	number := created.Number
	if number == "" {
		number = created.ID
	}
	return env.Print(created, fmt.Sprintf("Captured idea #%s \"%s\"\n", output.Shorten(string(number)), output.Shorten(created.Title)))
}
