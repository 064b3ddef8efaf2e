package main

import (
	"io"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
)

func whichBuiltin() *builtin {
	return &builtin{"which", "Show which file a command is", "-a --json", 1, doWhich}
}

// doWhich shows the file that a command is. Where no file of the name runs it
// fails as running the command would, but with -a and in JSON files that are
// passed over are shown, exit code 126.
func doWhich(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("which needs a command's name", "see nrepo which --help")
	}
	name := o.args[0]
	builtin := env.builtin(name) != nil
	if builtin && !o.all && !o.json {
		return env.print(name + " is built in\n")
	}
	if err := checkName(name); err != nil {
		return err
	}
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	var found lookup.File
	var failed error
	if !builtin {
		found, failed = find(env, l, name)
	}
	if failed != nil && (!o.all || o.json) {
		return failed
	}
	if !o.all && !o.json {
		if note := note(found); note != "" {
			io.WriteString(env.stderr, "nrepo: note: "+note+"\n")
		}
		return env.print(shown(found.Path) + "\n")
	}
	result := whichJSON{Name: name, Origin: origin(found), Path: found.Path, Note: note(found), Files: []whichFile{}}
	for _, f := range l.All(name) {
		file := whichFile{Path: f.Path, Origin: origin(f), Runs: f.Path == found.Path}
		switch file.Reason, _ = problem(f); {
		case builtin:
			file.Reason = hiddenByBuiltin
		case file.Reason == "" && !file.Runs:
			file.Reason = "shadowed"
		}
		result.Files = append(result.Files, file)
	}
	text := whichText(result, builtin)
	if o.json {
		text = document(result)
	}
	if err := env.print(text); err != nil {
		return err
	}
	return failed
}

type whichJSON struct {
	Name   string      `json:"name"`
	Origin string      `json:"origin"`
	Path   string      `json:"path,omitempty"` // "" for a built-in
	Note   string      `json:"note,omitempty"` // what a user should know
	Files  []whichFile `json:"files"`
}

type whichFile struct {
	Path   string `json:"path"`
	Origin string `json:"origin"`
	Runs   bool   `json:"runs"`
	Reason string `json:"reason,omitempty"` // why it does not run
}

func whichText(result whichJSON, builtin bool) string {
	var b strings.Builder
	if builtin {
		b.WriteString(result.Name + " is built in\n")
	}
	for _, f := range result.Files {
		reason := f.Reason
		if f.Runs {
			reason = result.Note
		}
		b.WriteString(shown(f.Path))
		if reason != "" {
			b.WriteString(" (" + reason + ")")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
