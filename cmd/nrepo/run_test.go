package main

import (
	"encoding/json"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
)

func TestArgumentsPassUnchanged(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	path := m.file("a/nrepo-key", "")
	args := []string{"key", "", " ", "a b", "a\nb", "--", "-h", "--help", "--version", "-C", "--json", "--human", "key", "\xff\xfe",
		strings.Repeat("x", 100_000), "which", "*"}
	if code := m.run(append([]string{"key"}, args...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, m.stderr.String())
	}
	if !slices.Equal(m.ran, append([]string{path}, args...)) {
		t.Errorf("ran %q", m.ran)
	}
	if m.stdout.Len()+m.stderr.Len() > 0 {
		t.Errorf("printed %q %q", m.stdout.String(), m.stderr.String())
	}
	if m.run("--", "key", "-x"); len(m.ran) != 2 || m.ran[1] != "-x" {
		t.Errorf("after --: ran %q", m.ran)
	}
	if m.run("help", "key"); !slices.Equal(m.ran, []string{path, "--help"}) {
		t.Errorf("help key ran %q", m.ran)
	}
	if m.run("help", "key", "create"); !slices.Equal(m.ran, []string{path, "create", "--help"}) {
		t.Errorf("help key create ran %q", m.ran)
	}
	if m.run("--help", "key"); !slices.Equal(m.ran, []string{path, "--help"}) {
		t.Errorf("--help key ran %q", m.ran)
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		inherit []string
		flags   []string
		want    map[string]string // "" if it is not set
	}{
		{"plain", nil, nil, map[string]string{"NREPO_COMMAND": "foo", "NREPO_DEPTH": "1", "NEURALREPO_OUTPUT": ""}},
		{"json", nil, []string{"--json"}, map[string]string{"NEURALREPO_OUTPUT": "json"}},
		{"human over inherited", []string{"NEURALREPO_OUTPUT=json"}, []string{"--human"}, map[string]string{"NEURALREPO_OUTPUT": "human"}},
		{"inherited", []string{"NEURALREPO_OUTPUT=json"}, nil, map[string]string{"NEURALREPO_OUTPUT": "json"}},
		{"wrong value is the command's to refuse", []string{"NEURALREPO_OUTPUT=xml"}, nil, map[string]string{"NEURALREPO_OUTPUT": "xml"}},
		{"replaced", []string{"NREPO_DEPTH=3", "NREPO_COMMAND=a", "NREPO_COMMAND=b", "NREPO_EXE=/x", "NREPO_VERSION=old"}, nil,
			map[string]string{"NREPO_COMMAND": "foo", "NREPO_DEPTH": "4"}},
		{"others", []string{"NREPO_COMMANDS=1", "nrepo_exe=2", "EMPTY=", "=odd", "noequals"}, nil,
			map[string]string{"NREPO_COMMANDS": "1", "nrepo_exe": "2"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.file("a/nrepo-foo", "")
			m.env = append(m.env, row.inherit...)
			if code := m.run(append(row.flags, "foo")...); code != 0 {
				t.Fatal(m.stderr.String())
			}
			got := make(map[string]string)
			for _, v := range m.environ {
				key, value, _ := strings.Cut(v, "=")
				if _, twice := got[key]; twice && key != "" {
					t.Errorf("%s is set twice", key)
				}
				got[key] = value
			}
			for name, value := range row.want {
				if got[name] != value {
					t.Errorf("%s = %q, want %q", name, got[name], value)
				}
			}
			if got["NREPO_EXE"] != m.exe || got["NREPO_VERSION"] == "" || got["NREPO_VERSION"] == "old" || got["PATH"] != m.path("a")+":"+m.path("b") {
				t.Errorf("environment %q", m.environ)
			}
		})
	}
}

func TestGlobalFlags(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "")
	for _, row := range []struct {
		want string
		args []string
	}{
		{`unknown flag "-C"`, []string{"-C", "dir", "foo"}},
		{`unknown flag "-C"`, []string{"-C"}},
		{`unknown flag "-Z"`, []string{"-Z", "foo"}},
		{`unknown flag "--token"`, []string{"--token=hunter2", "foo"}},
		{`unknown flag "-"`, []string{"-", "foo"}},
		{`unknown flag "-\u001b[31m"`, []string{"-\x1b[31m", "foo"}},
		{"cannot be used together", []string{"--json", "--human", "foo"}},
		{"no command after --", []string{"--"}},
		{`help has no flag "-x"`, []string{"help", "-x"}},
		{`has no flag "-x"`, []string{"commands", "-x"}},
		{`argument "foo"`, []string{"version", "foo"}},
		{`which has no command "foo"`, []string{"help", "which", "foo"}},
		{`help has no command "foo"`, []string{"--help", "help", "foo"}},
		{"needs a command", []string{"which"}},
		{"needs a shell", []string{"completion"}},
		{`"tcsh"`, []string{"completion", "tcsh"}},
	} {
		if slices.Contains(row.args, "--json") {
			if code := m.run(row.args...); code != 2 || !strings.Contains(m.stderr.String(), row.want) {
				t.Errorf("%q: %d %s", row.args, code, m.stderr.String())
			}
			continue
		}
		m.wantFailure(2, row.want, row.args...)
	}
	if strings.Contains(m.stderr.String(), "hunter2") {
		t.Error("a flag's value was repeated")
	}
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}, {"--human"}, {"--human", "help"}} {
		if code := m.run(args...); code != 0 || !strings.HasPrefix(m.stdout.String(), "nrepo, ") || m.stderr.Len() > 0 {
			t.Errorf("%q: %d %q %q", args, code, m.stdout.String(), m.stderr.String())
		}
	}
	for _, b := range builtinCommands {
		for _, args := range [][]string{{b.name, "--help"}, {b.name, "-h"}, {"help", b.name}, {"--help", b.name}} {
			if code := m.run(args...); code != 0 || !strings.HasPrefix(m.stdout.String(), "usage: nrepo "+b.name) {
				t.Errorf("%q: %d %q", args, code, m.stdout.String())
			}
		}
	}
}

func TestFormatOfBuiltins(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "#!/bin/sh\n# @(#)nrepo:summary=Say \"foo\"\n")
	m.file("a/nrepo-b\xffd", "")
	for _, args := range [][]string{
		{"--json", "commands"}, {"commands", "--json"}, {"--json", "which", "foo"}, {"which", "foo", "--json"},
		{"which", "help", "--json"}, {"version", "--json"}, {"version", "-v", "--json"},
		{"--json"}, {"--json", "help"}, {"help", "--json"}, {"which", "foo", "help", "--json"},
	} {
		if code := m.run(args...); code != 0 || !json.Valid(m.stdout.Bytes()) {
			t.Errorf("%q: %d %s%s", args, code, m.stdout.String(), m.stderr.String())
		}
	}
	m.set("NEURALREPO_OUTPUT", "json")
	if m.run("commands"); !json.Valid(m.stdout.Bytes()) {
		t.Errorf("by the variable: %s", m.stdout.String())
	}
	if m.run("commands", "--human"); !strings.HasPrefix(m.stdout.String(), "ideas:\n") {
		t.Errorf("the flag goes before the variable: %s", m.stdout.String())
	}
	m.set("NEURALREPO_OUTPUT", "xml")
	m.wantFailure(2, "NEURALREPO_OUTPUT", "commands")

	m.set("NEURALREPO_OUTPUT", "human")
	m.fileMode("a/nrepo-nox", "", 0o644)
	for _, row := range []struct {
		want string
		args []string
	}{
		{"not_found", []string{"--json", "xyzzy"}},
		{"cannot_run", []string{"which", "--json", "nox"}},
		{"usage", []string{"--json", "X"}},
		{"usage", []string{"commands", "foo", "--json"}},
		{"usage", []string{"commands", "-x", "--json"}},
		{"not_found", []string{"which", "foo", "b", "--json"}},
		{"usage", []string{"which", "--json"}},
		{"usage", []string{"version", "foo", "--json"}},
		{"usage", []string{"help", "which", "--json"}},
		{"usage", []string{"--json", "completion", "bash"}},
		{"usage", []string{"completion", "-x", "--json"}},
	} {
		want, args := row.want, row.args
		var got struct{ Error, Code, Hint string }
		m.run(args...)
		if err := json.Unmarshal(m.stderr.Bytes(), &got); err != nil || got.Code != want || got.Error == "" || strings.Count(m.stderr.String(), "\n") != 1 {
			t.Errorf("%q: %v %s", args, err, m.stderr.String())
		}
	}
}

func TestHelpScreen(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.run()
	if lines := strings.Split(strings.TrimSuffix(m.stdout.String(), "\n"), "\n"); len(lines) > 23 { // one line is left for the prompt
		t.Errorf("%d lines", len(lines))
	}
	m.file("a/nrepo-long-"+strings.Repeat("x", 59), "#!/bin/sh\n# @(#)nrepo:summary="+strings.Repeat("word ", 90)+"\n")
	m.file("a/nrepo-foo", "#!/bin/sh\n# @(#)nrepo:summary="+strings.Repeat("wörd ", 30)+"\n")
	m.file("home/nrepo-push", "")
	m.run()
	for _, line := range strings.Split(m.stdout.String(), "\n") {
		if utf8.RuneCountInString(line) > 80 && !strings.Contains(line, "long-") {
			t.Errorf("too wide: %q", line)
		}
	}
	for _, want := range []string{"\n  push\n  19 not installed", "API key (not installed)\n", "other commands:\n", "…", "nrepo login"} {
		if !strings.Contains(m.stdout.String(), want) {
			t.Errorf("%q is not in\n%s", want, m.stdout.String())
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-stale", "")
	m.fileMode("a/nrepo-stalf", "", 0o644)
	for _, row := range []struct{ name, hint string }{
		{"pus", `"push"`},
		{"whaomi", `"whoami"`},
		{"stal", `"stale"`},
		{"comands", `"commands"`},
		{"xyzzy", "nrepo commands"},
		{"push", "nrepo-push@latest"},
	} {
		m.wantFailure(127, row.hint, row.name, "-f", "x", "--help")
		m.wantFailure(127, row.hint, "help", row.name)
		m.wantFailure(127, row.hint, "which", row.name)
	}
	m.wantFailure(127, "official command", "push")
	m.file("a/nrepo-pus", "")
	if m.run("pus"); len(m.ran) != 1 {
		t.Errorf("ran %q", m.ran)
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	path := m.file("b/nrepo-foo", "")
	m.set("NREPO_TRACE", "1")
	m.run("foo", "--key=nrp_"+strings.Repeat("0a", 32), "\x1b[31m", "NRP%5F"+strings.Repeat("0a", 32), strings.Repeat("0a", 32))
	lines := strings.Split(m.stderr.String(), "\n")
	for i, want := range []string{"no  " + m.path("home/nrepo-foo"), "no  " + m.path("a/nrepo-foo"), "yes " + path,
		`"` + path + `" "--key=nrp_…" "\u001b[31m" "NRP%5F…" "…"`, ""} {
		if len(lines) != 5 || !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d of %q, want %q", i, lines, want)
		}
	}
}

func TestSelf(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("opt/v1/nrepo", "the dispatcher")
	m.link("../opt/v1/nrepo", "bin/nrepo")
	m.link("nrepo", "bin/n")
	m.file("other/nrepo", "another one")
	m.exe = m.path("opt/v1/nrepo")
	m.setPath("=", "=.", "other", "missing", "bin", "opt/v1")
	for argv0, want := range map[string]string{
		"nrepo":               "bin/nrepo",
		"n":                   "bin/n",
		"":                    "opt/v1/nrepo",
		"unknown":             "opt/v1/nrepo",
		m.path("bin/nrepo"):   "bin/nrepo",
		m.path("other/nrepo"): "opt/v1/nrepo", // argv[0] is wrong
		"/no/such":            "opt/v1/nrepo",
	} {
		m.argv0 = argv0
		if got := m.lookup().Self(); got != m.path(want) {
			t.Errorf("argv[0] %q: %q, want %q", argv0, got, want)
		}
	}
	m.exe = m.path("gone") // as on a system that does not know the path
	for argv0, want := range map[string]string{"nrepo": m.path("other/nrepo"), "n": m.path("bin/n"), m.path("other/nrepo"): m.path("other/nrepo"), "unknown": "", "": ""} {
		m.argv0 = argv0
		if got := m.lookup().Self(); got != want {
			t.Errorf("the executable is gone, argv[0] %q: %q, want %q", argv0, got, want)
		}
	}
}

// TestSelfRelative is not parallel because it changes the working directory.
func TestSelfRelative(t *testing.T) {
	m := newMachine(t)
	m.link("nrepo", "home/link")
	t.Chdir(m.path("home"))
	for _, argv0 := range []string{"./link", "../home/link"} {
		m.argv0 = argv0
		if got := m.lookup().Self(); got != m.path("home/link") {
			t.Errorf("argv[0] %q: %q", argv0, got)
		}
	}
}

// fullDisk is a writer that fails.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestPrintFails(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	env := m.environment("help")
	env.stdout = fullDisk{}
	if code := report(env, dispatch(env)); code != 1 || !strings.Contains(m.stderr.String(), "cannot write") {
		t.Errorf("%d %s", code, m.stderr.String())
	}
}
