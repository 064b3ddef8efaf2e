package main

import (
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

// The suggestions name the command that was probably meant.
func TestHints(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo-bar", "")
	for _, row := range []struct {
		exit int
		hint string
		args []string
	}{
		{2, "--version", []string{"-v"}},
		{2, "--version", []string{"--verson"}},
		{2, "--json", []string{"--jsn", "foo"}},
		{2, "nrepo push", []string{"PUSH", "x"}},
		{127, `"foo-bar"`, []string{"foo", "bar"}},
		{127, `"login"`, []string{"auth", "login"}},
		{127, `"whoami"`, []string{"auth", "status"}},
		{127, `"login"`, []string{"auth"}},
		{127, `"help environment"`, []string{"env"}},
		{127, `"help environment"`, []string{"help", "env"}},
		{127, `"login"`, []string{"signin"}},
		{127, `"commands"`, []string{"plugin"}},
		{127, `"log"`, []string{"list"}},
		{127, `"log"`, []string{"ls"}},
		{127, `"push"`, []string{"new", "x"}},
		{127, `"push"`, []string{"create", "x"}},
		{127, `"rm"`, []string{"delete", "1"}},
		{127, "nrepo-ideas@latest", []string{"search", "x"}},
		{127, "nrepo-push@latest", []string{"push", "x"}},
	} {
		m.wantFailure(row.exit, row.hint, row.args...)
	}
	if m.run("foo", strings.Repeat("b", 65)); !strings.Contains(m.stderr.String(), "no such command") {
		t.Errorf("%s", m.stderr.String())
	}
	secret := strings.Repeat("0123456789abcdef", 4)
	for _, args := range [][]string{{secret}, {"help", secret}, {"which", secret}} {
		if m.run(args...); strings.Contains(m.stderr.String(), secret[:8]) || !strings.Contains(m.stderr.String(), "no such command") {
			t.Errorf("%q: %s", args[0], m.stderr.String())
		}
	}
	for _, word := range []string{"auth", "list", "new", "foo"} { // with a command of that name, there is no suggestion
		m.file("b/nrepo-"+word, "")
		if m.run(word, "login"); len(m.ran) != 2 || m.ran[0] != m.path("b/nrepo-"+word) {
			t.Errorf("%s ran %q", word, m.ran)
		}
	}
	m.file("home/nrepo-ideas", "")
	m.wantFailure(127, "nrepo ideas --install", "search", "x")
	if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), "  nrepo ideas --install\n") {
		t.Errorf("commands -v: %s", m.stdout.String())
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "")
	m.env = append(m.env, "NEURALREPO_PROFILE=other")
	for _, args := range [][]string{{"--profile", "work-2", "foo"}, {"--profile=work-2", "--json", "foo"}} {
		if code := m.run(args...); code != 0 {
			t.Fatal(m.stderr.String())
		}
		if got := strings.Join(m.environ, "\n"); strings.Count(got, "NEURALREPO_PROFILE=") != 1 || !strings.Contains(got, "NEURALREPO_PROFILE=work-2") {
			t.Errorf("%q: %s", args, got)
		}
	}
	if m.run("foo", "--profile", "work"); !strings.Contains(strings.Join(m.environ, "\n"), "NEURALREPO_PROFILE=other") {
		t.Errorf("environment %q", m.environ)
	}
	for _, args := range [][]string{{"--profile"}, {"--profile", "", "foo"}, {"--profile=", "foo"}, {"--profile", "Work", "foo"}, {"--profile", "../x", "foo"},
		{"--profile", "-x", "foo"}, {"--profile", strings.Repeat("x", 65), "foo"}} {
		m.wantFailure(2, "--profile", args...)
	}
	for _, variable := range []string{"NEURALREPO_CONFIG", "NEURALREPO_API_KEY"} {
		m.set(variable, "x")
		m.wantFailure(2, variable, "--profile", "work", "foo")
		m.set(variable, "")
		if code := m.run("--profile", "work", "foo"); code != 0 {
			t.Errorf("an empty %s: %s", variable, m.stderr.String())
		}
	}
}

func TestWhichOfSeveral(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	foo, bar := m.file("a/nrepo-foo", ""), m.file("b/nrepo-bar", "")
	if code := m.run("which", "foo", "help", "bar"); code != 0 || m.stdout.String() != foo+"\nhelp is built in\n"+bar+"\n" {
		t.Errorf("%d %q", code, m.stdout.String())
	}
	if code := m.run("which", "xyzzy", "foo", "FOO"); code != 2 || m.stdout.String() != foo+"\n" || strings.Count(m.stderr.String(), "nrepo: ") != 2 {
		t.Errorf("%d %q %q", code, m.stdout.String(), m.stderr.String())
	}
	if code := m.run("which", "--json", "foo", "xyzzy"); code != 127 || m.stdout.Len() > 0 {
		t.Errorf("%d %q", code, m.stdout.String())
	}
}

// Lists fit a narrow terminal, and wide characters count as two columns.
func TestNarrowTerminal(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-wide", "#!/bin/sh\n# @(#)nrepo:summary="+strings.Repeat("概", 70)+"\n")
	for _, width := range []int{40, 60, 80, 200} {
		for _, args := range [][]string{{"help"}, {"commands"}} {
			m.stdout.Reset()
			env := m.environment(args...)
			env.columns = func() int { return width }
			if code := report(env, dispatch(env)); code != 0 {
				t.Fatal(m.stderr.String())
			}
			for line := range strings.Lines(m.stdout.String()) {
				if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "  ") && displaywidth.String(line) > width &&
					!strings.Contains(line, "version") { // the lines of the built-ins and of the flags
					t.Errorf("%d columns, %q: %q has %d", width, args, line, displaywidth.String(line))
				}
			}
			if !strings.Contains(m.stdout.String(), "概概") || width < 150 && !strings.Contains(m.stdout.String(), "概概…") {
				t.Errorf("%d columns, %q: no summary in %s", width, args, m.stdout.String())
			}
		}
	}
}

// A plugin that needs a later contract runs, and the lists mention it.
func TestContractVersion(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-now", "#!/bin/sh\n# @(#)nrepo:contract="+contractVersion+"\n")
	m.file("a/nrepo-later", "#!/bin/sh\n# @(#)nrepo:contract=10\n# @(#)nrepo:version=1.2.0\n")
	if m.run("commands", "-v"); strings.Count(m.stdout.String(), "plugin contract") != 1 || !strings.Contains(m.stdout.String(), "needs version 10") ||
		!strings.Contains(m.stdout.String(), "  1.2.0\n") {
		t.Errorf("%s", m.stdout.String())
	}
	if m.run("which", "-a", "later"); !strings.Contains(m.stdout.String(), "needs version 10") {
		t.Errorf("%s", m.stdout.String())
	}
	if code := m.run("later"); code != 0 || len(m.ran) != 1 {
		t.Errorf("%d %s", code, m.stderr.String())
	}
}

// The variable is unset if nrepo does not know its own path.
func TestUnknownSelf(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "")
	m.exe, m.argv0 = "", ""
	m.env = append(m.env, "NREPO_EXE=/other")
	if m.run("foo"); m.environ == nil || strings.Contains(strings.Join(m.environ, "\n"), "NREPO_EXE") {
		t.Errorf("environment %q", m.environ)
	}
}

// The help topic names the variables that nrepo sets and reads.
func TestEnvironmentPage(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.run("help", "environment")
	for _, name := range []string{varExecPath, varPathLookup, varTrace, varOutput, varProfile, "NEURALREPO_API_KEY", "NEURALREPO_CONFIG"} {
		if !strings.Contains(m.stdout.String(), "  "+name+" ") {
			t.Errorf("%s is not on the page", name)
		}
	}
}
