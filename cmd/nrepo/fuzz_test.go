package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

const apiKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// wantHarmless fails if text could harm a terminal.
func wantHarmless(t *testing.T, what, text string) {
	t.Helper()
	harmful := func(r rune) bool { return r != '\n' && r != '\t' && termtext.Unsafe(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, harmful) {
		t.Errorf("%s can harm a terminal: %q", what, text)
	}
}

// partOfKey matches a part of an API key that is too long to be shown.
var partOfKey = regexp.MustCompile(`nrp_[0-9a-fA-F]{8}`)

// FuzzCommandLine checks that a command line runs the only command that exists, with
// unchanged arguments, or ends with an exit code and a message of nrepo. KEY stands for an
// API key.
func FuzzCommandLine(f *testing.F) {
	m := newMachine(f)
	path := m.file("a/nrepo-foo", "")
	f.Fuzz(func(t *testing.T, line string) {
		m.t = t
		args := strings.Split(strings.ReplaceAll(line, "KEY", apiKey), " ")
		code := m.run(args...)
		stdout, stderr := m.stdout.String(), m.stderr.String()
		wantHarmless(t, "stdout", stdout)
		wantHarmless(t, "stderr", stderr)
		if partOfKey.MatchString(stdout + stderr) {
			t.Errorf("%q shows a key: %q %q", args, stdout, stderr)
		}
		switch {
		case m.ran != nil:
			given := slices.Concat([]string{path}, args[slices.Index(args, "foo")+1:])
			helped := m.ran[0] == path && m.ran[len(m.ran)-1] == "--help" // help has its own flags
			if !slices.Equal(m.ran, given) && !helped || stdout+stderr != "" {
				t.Errorf("%q ran %q, printed %q %q", args, m.ran, stdout, stderr)
			}
		case code == 0 && stderr == "":
		case (code == exitUsage || code == exitNotFound) && stdout == "" && failuresSaidOnce(stderr, len(args)):
		default:
			t.Errorf("%q: exit code %d, %q %q", args, code, stdout, stderr)
		}
	})
}

// failuresSaidOnce reports whether stderr has the messages, perhaps with hints, of one to
// n failures, each once.
func failuresSaidOnce(stderr string, n int) bool {
	said := map[string]bool{}
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "nrepo: ") && said[line] {
			return false
		}
		said[line] = true
	}
	lines := strings.Count(stderr, "\n")
	return lines > 0 && lines <= 2*n
}

// FuzzName checks that only names of the documented form are looked up, so that none leads
// to another directory.
func FuzzName(f *testing.F) {
	form := regexp.MustCompile(`\A[a-z0-9][a-z0-9-]{0,63}\z`)
	f.Fuzz(func(t *testing.T, name string) {
		err := checkName(name)
		if (err == nil) != form.MatchString(name) {
			t.Fatalf("%q: %v", name, err)
		}
		if err == nil && filepath.Base(lookup.Join("/bin", lookup.Prefix+name)) != lookup.Prefix+name {
			t.Errorf("%q leads elsewhere", name)
		}
		if err == nil {
			return
		}
		if wantHarmless(t, "the error", err.Error()); partOfKey.MatchString(err.Error()) {
			t.Errorf("%q: %v", name, err)
		}
	})
}

// FuzzEnvironment checks that the environment of a command is the inherited one with the
// variables that nrepo sets, each once. Each line is a variable.
func FuzzEnvironment(f *testing.F) {
	f.Fuzz(func(t *testing.T, lines string, asJSON bool) {
		env := &environment{version: "v1.0.0", environ: strings.Split(lines, "\n")}
		if asJSON {
			env.format = "json"
		}
		depth, err := nextDepth(env)
		if err != nil {
			wantHarmless(t, "the error", err.Error())
			return
		}
		if depth < 1 || depth > maxDepth {
			t.Errorf("depth %d", depth)
		}
		set := []string{varExe, varCommand, varVersion, varDepth}
		if asJSON {
			set = append(set, varOutput)
		}
		ours := func(entry string) bool {
			return slices.ContainsFunc(set, func(s string) bool { return isVariable(runtime.GOOS, entry, s) })
		}
		got := commandEnvironment(env, "/bin/nrepo", "foo", depth)
		inherited := slices.DeleteFunc(slices.Clone(env.environ), ours)
		if !slices.Equal(got[:min(len(inherited), len(got))], inherited) || len(got) != len(inherited)+len(set) {
			t.Fatalf("%q became %q", env.environ, got)
		}
		for i, entry := range got[len(inherited):] {
			if name, _, _ := strings.Cut(entry, "="); name != set[i] {
				t.Errorf("%q became %q", env.environ, got)
			}
		}
	})
}

// FuzzPath checks that a command is found only in the first absolute entry of PATH that
// has it, and that which and commands agree. @ stands for a directory with more files,
// and % for the same directory as a relative path.
func FuzzPath(f *testing.F) {
	m := newMachine(f)
	for _, dir := range []string{"a", "b", "."} {
		m.file(dir+"/nrepo-foo", "#!/bin/sh\n")
	}
	here, err := os.Getwd()
	if err != nil {
		f.Fatal(err)
	}
	relative, err := filepath.Rel(here, m.root)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		m.t = t
		path = strings.NewReplacer("@", m.root, "%", relative).Replace(path)
		if len(path) > 4000 {
			return // the directory can be listed, but the paths of its files are too long
		}
		m.set("PATH", path)
		want := ""
		for _, dir := range filepath.SplitList(path) {
			if file := lookup.Join(dir, "nrepo-foo"); want == "" && filepath.IsAbs(dir) {
				if _, ok := lookup.Runnable(file); ok {
					want = file
				}
			}
		}
		l := m.lookup()
		found, ok := l.Find("foo")
		if found.Path != want || ok != (want != "") {
			t.Fatalf("PATH %q: found %q, want %q", path, found.Path, want)
		}
		listed := ""
		for _, f := range lookup.List(l, "").Files("foo") {
			if f.Problem == lookup.None && listed == "" {
				listed = f.Path
			}
		}
		if listed != want {
			t.Errorf("PATH %q: listed %q, want %q", path, listed, want)
		}
		for _, args := range [][]string{{"which", "-a", "foo"}, {"commands", "-v"}, {"commands", "--json"}, {"nosuch"}} {
			m.run(args...)
			wantHarmless(t, args[0], m.stdout.String()+m.stderr.String())
		}
	})
}

// FuzzCandidates checks that the completions of a command are safe in a command line:
// limited in size, and only words that begin with the typed one.
func FuzzCandidates(f *testing.F) {
	f.Fuzz(func(t *testing.T, reply, word string) {
		var found []candidate
		for _, line := range strings.Split(reply, "\n") {
			text, help, _ := strings.Cut(line, "\t")
			found = append(found, candidate{text, help})
		}
		got := offer(found, word, false, func(c candidate) string { return c.text + "\t" + c.help })
		wantHarmless(t, "the completion", got)
		lines := 0
		for line := range strings.Lines(got) {
			text, help, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if text == "" || !strings.HasPrefix(text, word) || strings.Contains(help, "\t") || utf8.RuneCountInString(help) > 80 {
				t.Errorf("candidate %q", line)
			}
			lines++
		}
		if lines > maxCandidates {
			t.Errorf("%d lines", lines)
		}
	})
}
