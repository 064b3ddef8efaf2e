package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// draft is the file that an idea is written in.
type draft struct {
	path  string
	below bool // something was written below the scissors
}

// scissors end the text, as in a commit message: what stands below is left out,
// so that a heading of Markdown needs no other sign for a comment.
const scissors = "# ------------------------ >8 ------------------------"

const hints = `
The first line is the title, of at most 200 characters.
The body follows below an empty line, in Markdown.
An empty text captures nothing. Write nothing below the line with the scissors.
`

// newDraft makes the file, in the state directory.
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

// edit has the person write, and returns what they wrote. The file is gone where
// that is nothing.
func (d *draft) edit(ctx context.Context, env *plugin.Env) (title, body string, err error) {
	if err = env.Edit(ctx, d.path); err != nil {
		switch {
		case ctx.Err() != nil:
			d.tell(env)
		case output.AsError(err).Code == output.CodeUsage: // no editor was opened
			os.Remove(d.path)
		}
		return "", "", err
	}
	doc, err := os.ReadFile(d.path)
	if err != nil {
		return "", "", err
	}
	title, body, d.below = split(string(doc))
	if title == "" {
		d.done(env)
		return "", "", &output.Error{Code: output.CodeCancelled, Err: errors.New("nothing is captured: the text is empty")}
	}
	return title, body, nil
}

// tell names the file.
func (d *draft) tell(env *plugin.Env) { env.Warn("the text is in " + d.path) }

// done removes the file, unless it has what was left out.
func (d *draft) done(env *plugin.Env) {
	if d.below {
		env.Warn("what stands below the line with the scissors is left out; it is in " + d.path)
		return
	}
	os.Remove(d.path)
}

// split returns the title and the body of a text, both without blank lines
// around them, and whether something was written below the scissors too.
func split(doc string) (title, body string, below bool) {
	doc = strings.ReplaceAll(strings.TrimPrefix(doc, "\ufeff"), "\r\n", "\n")
	if i := strings.LastIndex("\n"+doc, "\n"+scissors); i >= 0 {
		_, rest, _ := strings.Cut(doc[i:], "\n")
		rest = strings.TrimSpace(rest)
		doc, below = doc[:i], rest != "" && rest != strings.TrimSpace(hints)
	}
	lines := trimBlank(strings.Split(doc, "\n"))
	if len(lines) == 0 {
		return "", "", below
	}
	return strings.TrimSpace(lines[0]), strings.Join(trimBlank(lines[1:]), "\n"), below
}

// trimBlank drops blank lines at both ends.
func trimBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
