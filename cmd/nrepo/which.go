package main

import (
	"io"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// located is the result of which for a name, as in JSON.
type located struct {
	Name   string        `json:"name"`
	Origin string        `json:"origin"`
	Path   string        `json:"path,omitempty"` // "" for a built-in
	Note   string        `json:"note,omitempty"` // what a user should know
	Files  []locatedFile `json:"files"`
}

type locatedFile struct {
	Path   string `json:"path"`
	Origin string `json:"origin"`
	Runs   bool   `json:"runs"`
	Reason string `json:"reason,omitempty"` // why it does not run
}

// doWhich shows the file of each command. If no file of a name can run, it fails with the
// same error as running the command; with -a, it shows the files that were skipped. If
// several names fail in the same way, the error is printed once; in JSON, only one error is
// printed.
func doWhich(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("which needs a command's name", "run `nrepo which --help` for its usage")
	}
	l := newLookup(env)
	var results []located
	var failures []error
	text, notes := "", ""
	for _, name := range o.args {
		result, err := locate(env, l, name, o.all || o.json)
		said := func(earlier error) bool { return earlier.Error() == err.Error() }
		switch {
		case err != nil && o.json:
			return err
		case err != nil && !slices.ContainsFunc(failures, said):
			failures = append(failures, err)
		case err == nil && result.Note != "" && !o.all:
			notes += "nrepo: note: " + result.Note + "\n"
		}
		results = append(results, result)
		text += whichText(result, o.all)
	}
	switch {
	case o.json && len(results) == 1:
		text = document(results[0], "  ")
	case o.json:
		text = document(results, "  ")
	default:
		io.WriteString(env.stderr, notes)
	}
	if err := show(env, text); err != nil || len(failures) == 0 {
		return err
	}
	last := len(failures) - 1
	for _, err := range failures[:last] {
		report(env, err)
	}
	return failures[last]
}

// locate looks up one name; it reads the file only if all details are wanted. If it fails,
// the result has the files that were skipped.
func locate(env *environment, l *lookup.Lookup, name string, all bool) (located, error) {
	result := located{Name: name, Files: []locatedFile{}}
	if err := checkName(name); err != nil {
		return result, err
	}
	var failed error
	builtin := env.builtin(name) != nil
	if builtin {
		result.Origin = "builtin"
	} else if found, err := findCommand(env, l, name, nil); err != nil {
		failed = err
	} else {
		contract := ""
		if all {
			contract = progfile.NewReader().Read(found.Path, name, false).Contract
		}
		result.Origin, result.Path, result.Note = origin(found), found.Path, note(found, contract)
	}
	for _, f := range l.All(name) {
		file := locatedFile{Path: f.Path, Origin: origin(f), Runs: f.Path == result.Path}
		switch file.Reason, _ = problem(f); {
		case builtin:
			file.Reason = hiddenByBuiltin
		case file.Reason == "" && !file.Runs:
			file.Reason = "shadowed"
		}
		result.Files = append(result.Files, file)
	}
	return result, failed
}

func whichText(result located, all bool) string {
	var b strings.Builder
	if result.Origin == "builtin" {
		b.WriteString(result.Name + " is built in\n")
	}
	for _, f := range result.Files {
		if !all && !f.Runs {
			continue
		}
		reason := f.Reason
		if f.Runs && all {
			reason = result.Note
		}
		if reason != "" {
			reason = " (" + reason + ")"
		}
		b.WriteString(termtext.Line(f.Path) + reason + "\n")
	}
	return b.String()
}
