package main

import (
	"io"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

func whichBuiltin() *builtin {
	return &builtin{"which", "Show which file a command runs", "-a --json", -1, doWhich}
}

// doWhich shows the file that each command is. Where no file of a name runs it
// fails as running the command would, but with -a the files that are passed over
// are shown. The same failure of several names is said once; in JSON one failure
// is all that is printed.
func doWhich(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("which needs a command's name", "see nrepo which --help")
	}
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	var results []whichJSON
	var failures []error
	for _, name := range o.args {
		result, err := which(env, l, name, o.all || o.json)
		if err != nil && (o.json || len(o.args) == 1 && !o.all) {
			return err
		}
		if results = append(results, result); o.json {
			continue
		}
		if err := show(env, whichText(result, o.all)); err != nil {
			return err
		}
		said := func(earlier error) bool { return earlier.Error() == err.Error() }
		switch {
		case err != nil && !slices.ContainsFunc(failures, said):
			failures = append(failures, err)
		case err == nil && result.Note != "" && !o.all:
			io.WriteString(env.stderr, "nrepo: note: "+result.Note+"\n")
		}
	}
	switch {
	case o.json && len(results) == 1:
		return show(env, document(results[0]))
	case o.json:
		return show(env, document(results))
	case len(failures) == 0:
		return nil
	}
	last := len(failures) - 1
	for _, err := range failures[:last] {
		report(env, err)
	}
	return failures[last]
}

// which looks one name up; only for all that is known the file is read. The result
// of a failure has the files passed over.
func which(env *environment, l *lookup.Lookup, name string, all bool) (whichJSON, error) {
	result := whichJSON{Name: name, Files: []whichFile{}}
	builtin := env.builtin(name) != nil
	if builtin {
		result.Origin = "builtin"
	}
	if err := checkName(name); err != nil {
		return result, err
	}
	var failed error
	if !builtin {
		var found lookup.File
		if found, failed = findCommand(env, l, name, nil); failed == nil {
			e := entry{name: name, file: found}
			if all {
				e.facts = progfile.NewReader().Read(found.Path, name, progfile.Wanted{Version: true})
			}
			result.Origin, result.Path, result.Note = origin(found), found.Path, e.note()
		}
	}
	for _, f := range l.All(name) {
		file := whichFile{Path: f.Path, Origin: origin(f), Runs: f.Path == result.Path}
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

func whichText(result whichJSON, all bool) string {
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
		b.WriteString(shown(f.Path))
		if reason != "" {
			b.WriteString(" (" + reason + ")")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
