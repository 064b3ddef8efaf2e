package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// draft is the file for the text of an idea.
type draft struct {
	path   string
	opened bool // whether it was open in an editor
	below  bool // whether the user wrote something below the scissors
}

// scissors end the text, as in a commit message of git: everything below is
// ignored. Comments with # would conflict with Markdown headings.
const scissors = "# ------------------------ >8 ------------------------"

const hints = `
The first line is the title, of at most 200 characters.
The body follows below an empty line, in Markdown.
An empty text captures nothing. Write nothing below the line with the scissors.
`

// newDraft creates the file, in the state directory.
func newDraft(env *plugin.Env) (*draft, error) {
	dir, err := env.StateDir("nrepo")
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "push-*.md")
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString("\n\n" + scissors + hints)
	return &draft{path: f.Name()}, errors.Join(err, f.Close())
}

// edit opens the editor and returns the text. If the text is empty, it removes the
// file.
func (d *draft) edit(ctx context.Context, env *plugin.Env) (title, body string, err error) {
	if err = env.Edit(ctx, d.path); err != nil {
		switch {
		case ctx.Err() != nil:
			d.tell(env)
		case output.AsError(err).Code == output.CodeUsage && !d.opened: // no editor was opened
			os.Remove(d.path)
		case output.AsError(err).Code == output.CodeUsage:
			d.tell(env)
		}
		return "", "", err
	}
	d.opened = true
	doc, err := os.ReadFile(d.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the editor may have removed it
		return "", "", err
	}
	title, body, d.below = split(string(doc))
	if title == "" {
		d.done(env)
		return "", "", &output.Error{Code: output.CodeCancelled, Err: errors.New("nothing captured: the text is empty")}
	}
	return title, body, nil
}

// faultMark starts a line below the scissors that says what is wrong with the
// text.
const faultMark = "Not captured: "

// explain adds what is wrong with the text to the file. It only appends, so that
// nothing is lost on a full disk.
func (d *draft) explain(fault error) error {
	doc, err := os.ReadFile(d.path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(d.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	line := "\n" + faultMark + fault.Error() + "\n"
	if scissorsIn(string(doc)) < 0 {
		line = "\n" + scissors + line
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Close())
}

// tell prints the path of the file.
func (d *draft) tell(env *plugin.Env) { env.Warn("your text is in " + d.path) }

// done removes the file, unless it contains text that was ignored.
func (d *draft) done(env *plugin.Env) {
	if d.below {
		env.Warn("the text below the scissors line is ignored; it is kept in " + d.path)
		return
	}
	os.Remove(d.path)
}

// split returns the title and the body of a text, both without surrounding blank
// lines, and whether something was written below the scissors.
func split(doc string) (title, body string, below bool) {
	doc = strings.ReplaceAll(strings.TrimPrefix(doc, "\ufeff"), "\r\n", "\n")
	if i := scissorsIn(doc); i >= 0 {
		_, rest, _ := strings.Cut(doc[i:], "\n")
		lines := slices.DeleteFunc(strings.Split(rest, "\n"), func(line string) bool { return strings.HasPrefix(line, faultMark) })
		rest = strings.TrimSpace(strings.Join(lines, "\n"))
		doc, below = doc[:i], rest != "" && rest != strings.TrimSpace(hints)
	}
	lines := trimBlank(strings.Split(doc, "\n"))
	if len(lines) == 0 {
		return "", "", below
	}
	return strings.TrimSpace(lines[0]), strings.Join(trimBlank(lines[1:]), "\n"), below
}

// scissorsIn returns the index of the line with the scissors, or -1.
func scissorsIn(doc string) int { return strings.LastIndex("\n"+doc, "\n"+scissors) }

// trimBlank removes blank lines at both ends.
func trimBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
