package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "0", "key", "key-rotate", "a--b", "a-", strings.Repeat("x", 64)} {
		if !lookup.ValidName(name) {
			t.Errorf("lookup.ValidName(%q) = false", name)
		}
	}
	m := newMachine(t)
	m.file("evil", "")
	m.file("a/nrepo-foo", "")
	m.file("a/nrepo-x/y", "")
	for _, name := range []string{"", ".", "..", "FOO", "Foo", "foo.sh", "a\nb", "\xff", "x/../evil", "x/y", "/bin/sh", `x\y`,
		"_x", "a b", "ä", "x\x00", strings.Repeat("x", 65), strings.Repeat("x", 300), "-"} {
		if lookup.ValidName(name) {
			t.Errorf("lookup.ValidName(%q) = true", name)
		}
		if name != "-" {
			m.wantFailure(2, "name", name)
		}
		m.wantFailure(2, "name", "--", name)
		if strings.Contains(m.stderr.String(), "did you mean") {
			t.Errorf("%q: %s", name, m.stderr.String())
		}
	}
}

func TestNameThatMayBeASecret(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	key := "nrp_" + strings.Repeat("ab", 32)
	for _, args := range [][]string{{key}, {key[:20]}, {"--" + key}, {"-" + key}, {"--json=" + key}, {"NRP_" + key[4:]}, {"nrp%5F" + key[4:]}, {"which", key}, {"version", key}, {"completion", key}, {"help", key},
		{"logni", "--api-key", key}} {
		m.run(args...)
		if !strings.Contains(m.stderr.String(), "revoke it") || strings.Contains(m.stdout.String()+m.stderr.String(), "abab") {
			t.Errorf("%q: %s", args, m.stderr.String())
		}
	}
	m.set("NREPO_EXEC_PATH", key)
	m.wantFailure(2, `"nrp_…"`, "commands")
	m.set("NREPO_EXEC_PATH", "")
	almost := "\n" + key[1:] // it is shown as \nrp_…
	for _, args := range [][]string{{almost[:20]}, {"version", almost}, {"completion", almost}, {"help", "help", almost}} {
		if m.run(args...); !strings.Contains(m.stderr.String(), `"\nrp_…`) {
			t.Errorf("%q: %s", args, m.stderr.String())
		}
	}
}

// TestOrder adds a command to one directory after the other, each searched before the
// previous one.
func TestOrder(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("opt/nrepo", "the dispatcher")
	m.link(m.path("opt/nrepo"), "bin/nrepo")
	m.exe, m.argv0 = m.path("opt/nrepo"), m.path("bin/nrepo")
	for _, step := range []struct {
		file   string
		origin lookup.Origin
	}{
		{"b/nrepo-push", lookup.Path},
		{"a/nrepo-push", lookup.Path},
		{"opt/nrepo-push", lookup.Beside},
		{"bin/nrepo-push", lookup.Beside},
		{"exec/nrepo-push", lookup.ExecPath},
	} {
		path := m.file(step.file, "")
		if step.origin == lookup.ExecPath {
			m.set("NREPO_EXEC_PATH", m.path("exec"))
		}
		f, ok := m.lookup().Find("push")
		if !ok || f.Path != path || f.Origin != step.origin {
			t.Errorf("%s: found %q (%s)", step.file, f.Path, f.Origin)
		}
	}
	all := m.lookup().All("push")
	if len(all) != 5 || all[4].Path != m.path("b/nrepo-push") {
		t.Errorf("all: %v", all)
	}
	m.set("NREPO_EXEC_PATH", "")
	m.set("NREPO_PATH_LOOKUP", "0")
	if all := m.lookup().All("push"); len(all) != 2 {
		t.Errorf("without PATH: %v", all)
	}
}

// run, which, which -a, commands and completion use the same file.
func TestAgreement(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "")
	m.file("b/nrepo-foo", "")
	m.file("b/nrepo-push", "")
	m.file("home/nrepo-push", "")
	m.file("home/nrepo-beside", "")
	for name, path := range map[string]string{"foo": "a/nrepo-foo", "push": "home/nrepo-push", "beside": "home/nrepo-beside"} {
		path = m.path(path)
		if m.run(name); len(m.ran) != 1 || m.ran[0] != path {
			t.Errorf("%s ran %q", name, m.ran)
		}
		if m.run("which", name); m.stdout.String() != path+"\n" {
			t.Errorf("which %s: %q", name, m.stdout.String())
		}
		if m.run("which", "-a", name); !strings.HasPrefix(m.stdout.String(), path+"\n") {
			t.Errorf("which -a %s: %q", name, m.stdout.String())
		}
		if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), " "+path+", ") {
			t.Errorf("commands -v: %q", m.stdout.String())
		}
	}
	for _, want := range []string{"shadowed: " + m.path("b/nrepo-foo") + "\n", "shadowed: " + m.path("b/nrepo-push") + "\n"} {
		if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), want) {
			t.Errorf("%q is not in %s", want, m.stdout.String())
		}
	}
	if m.run("which", "-a", "foo"); m.stdout.String() != m.path("a/nrepo-foo")+"\n"+m.path("b/nrepo-foo")+" (shadowed)\n" {
		t.Errorf("which -a foo: %q", m.stdout.String())
	}
	if m.run("__complete", "--", "f"); m.stdout.String() != "foo\n" {
		t.Errorf("completion: %q", m.stdout.String())
	}
}

// No file can replace a built-in.
func TestFileOfABuiltin(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	path := m.file("a/nrepo-help", "")
	if m.run("help"); m.ran != nil || !strings.HasPrefix(m.stdout.String(), "nrepo, ") {
		t.Errorf("ran %q: %s", m.ran, m.stdout.String())
	}
	if m.run("which", "help"); m.stdout.String() != "help is built in\n" {
		t.Errorf("which: %q", m.stdout.String())
	}
	const reason = hiddenByBuiltin
	if m.run("which", "-a", "help"); m.stdout.String() != "help is built in\n"+path+" ("+reason+")\n" {
		t.Errorf("which -a: %q", m.stdout.String())
	}
	m.run("which", "--json", "help")
	for _, want := range []string{`"origin": "builtin"`, `"runs": false`, `"reason": "` + reason + `"`} {
		if !strings.Contains(m.stdout.String(), want) {
			t.Errorf("%s is not in %s", want, m.stdout.String())
		}
	}
	if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), path+" "+reason) {
		t.Errorf("commands -v: %q", m.stdout.String())
	}
}

func TestOfficialOnPathIsMarked(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	path := m.file("a/nrepo-push", "")
	if m.run("push", "x"); len(m.ran) != 2 || m.ran[0] != path {
		t.Errorf("ran %q", m.ran)
	}
	for _, args := range [][]string{{"which", "-a", "push"}, {"which", "--json", "push"}, {"commands"}, {"commands", "-v"}, {"commands", "--json"}, {"help"}} {
		if m.run(args...); !strings.Contains(m.stdout.String(), "not next to nrepo") {
			t.Errorf("%q: %s", args, m.stdout.String())
		}
	}
	if m.run("which", "push"); m.stdout.String() != path+"\n" || !strings.Contains(m.stderr.String(), "not next to nrepo") {
		t.Errorf("which: %q %q", m.stdout.String(), m.stderr.String())
	}
}

func TestExecPathMustBeAbsolute(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo", "")
	for _, value := range []string{"bin", ".", "~/bin"} {
		m.set("NREPO_EXEC_PATH", value)
		for _, args := range [][]string{{"foo"}, {"which", "foo"}, {"commands"}, {"help"}} {
			m.wantFailure(2, "NREPO_EXEC_PATH", args...)
		}
	}
}

func TestPassedOver(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.fileMode("a/nrepo-plain", "", 0o644)
	m.file("a/nrepo-directory/x", "")
	m.link("nowhere", "a/nrepo-dangling")
	m.link("nrepo-loop", "a/nrepo-loop")
	for name, want := range map[string]string{
		"plain": "not executable", "directory": "is a directory", "dangling": "broken link", "loop": "broken link",
	} {
		path := m.path("a/nrepo-" + name)
		m.wantFailure(126, path+" is", name)
		m.wantFailure(126, want, name)
		m.wantFailure(126, want, "which", name)
		if code := m.run("which", "-a", name); code != 126 || !strings.Contains(m.stdout.String(), want) {
			t.Errorf("which -a %s: %d %q", name, code, m.stdout.String())
		}
		if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), path+" is") {
			t.Errorf("commands -v: %s", m.stdout.String())
		}
		later := m.file("b/nrepo-"+name, "")
		if m.run(name); len(m.ran) != 1 || m.ran[0] != later {
			t.Errorf("%s: ran %q", name, m.ran)
		}
	}
	if m.run("plain"); m.stderr.Len() > 0 {
		t.Errorf("warned: %s", m.stderr.String())
	}
	os.Remove(m.path("b/nrepo-plain"))
	m.wantFailure(126, "chmod +x "+m.path("a/nrepo-plain"), "plain")
}

// TestRelativeEntries is not parallel because it changes the working directory.
func TestRelativeEntries(t *testing.T) {
	m := newMachine(t)
	m.file("bin/nrepo-foo", "")
	t.Chdir(m.path("bin"))
	for _, path := range [][]string{{"=", "a"}, {"a", "="}, {"a", "=", "b"}, {"=.", "a"}, {"=../bin"}, {"=./"}} {
		m.setPath(path...)
		m.wantFailure(126, "not absolute", "foo")
		if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), "not absolute") || m.stderr.Len() > 0 {
			t.Errorf("PATH of %q: %s%s", path, m.stdout.String(), m.stderr.String())
		}
	}
	m.file("bin/~/bin/nrepo-home", "")
	m.setPath("=~/bin")
	m.wantFailure(126, "~/bin/nrepo-home", "home")

	m.setPath("=.", "bin")
	if m.run("foo"); len(m.ran) != 1 || m.ran[0] != m.path("bin/nrepo-foo") || m.stderr.Len() > 0 {
		t.Errorf("ran %q, stderr %q", m.ran, m.stderr.String())
	}
	if m.run("commands", "-v"); !strings.Contains(m.stdout.String(), "\n  foo") || !strings.Contains(m.stdout.String(), " "+m.path("bin/nrepo-foo")+", in PATH\n") {
		t.Errorf("the relative entry hides the absolute one of the same directory: %s", m.stdout.String())
	}
}

func TestOddPathEntriesAreNoError(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("b/nrepo-foo", "")
	m.file("file", "")
	m.fileMode("closed/nrepo-bar", "", 0o755)
	if err := os.Chmod(m.path("closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(m.path("closed"), 0o755) })
	m.setPath("missing", "file", "closed", "=~/bin", "b", "b")
	for _, args := range [][]string{{"commands"}, {"commands", "-v"}, {"which", "foo"}, {"help"}, {"version", "-v"}, {"foo"}} {
		if code := m.run(args...); code != 0 || m.stderr.Len() > 0 {
			t.Errorf("%q: exit code %d, %s", args, code, m.stderr.String())
		}
	}
	if all := m.lookup().All("foo"); len(all) != 1 {
		t.Errorf("a directory that is in PATH twice counts twice: %v", all)
	}
	m.link("b", "same")
	m.setPath("b", "same")
	if all := m.lookup().All("foo"); len(all) != 1 {
		t.Errorf("a directory of two names counts twice: %v", all)
	}
}

func TestListingIgnores(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, file := range []string{"nrepo-foo.sh", "nrepo-FOO", "nrepo-", "nrepo-help", "nrepo-a b", "nrepo-\x1b[31m"} {
		m.file("a/"+file, "")
	}
	if code := m.run("commands", "-v"); code != 0 {
		t.Fatal(code)
	}
	out := m.stdout.String()
	for _, want := range []string{
		"nrepo-foo.sh is not a command name",
		"nrepo-FOO is not a command name",
		"nrepo-help has the name of a built-in",
		`nrepo-\u001b[31m is not`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") || strings.Contains(out, "other commands") {
		t.Errorf("output %q", out)
	}
}

func TestLoops(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.link(m.path("home/nrepo"), "a/nrepo-again")
	m.file("a/nrepo-foo", "")
	m.wantFailure(126, "nrepo itself", "again")
	if err := os.Link(m.path("home/nrepo"), m.path("a/nrepo-hard")); err != nil {
		t.Fatal(err)
	}
	m.wantFailure(126, "nrepo itself", "hard")
	for depth, code := range map[string]int{"": 0, "0": 0, "19": 0, "20": 126, "21": 126, "x": 0, "-5": 0} {
		m.set("NREPO_DEPTH", depth)
		if got := m.run("foo"); got != code {
			t.Errorf("depth %q: exit code %d, want %d: %s", depth, got, code, m.stderr.String())
		}
	}
}

// A very long list has every name. Completion and a mistyped name do not read each file.
func TestManyCommands(t *testing.T) {
	m := newMachine(t)
	const many = 12_000
	m.file("script", "#!/bin/sh\n# @(#)nrepo:summary=Do it\n")
	m.link(m.path("script"), "a/nrepo-c00000")
	for i := 1; i < many; i++ {
		if err := os.Symlink(m.path("script"), fmt.Sprintf("%s-c%05d", m.path("a/nrepo"), i)); err != nil {
			t.Fatal(err)
		}
	}
	m.run("commands")
	list := m.stdout.String()
	names, summaries := strings.Count(list, "\n  c"), strings.Count(list, "  Do it\n")
	if names < many || summaries < many {
		t.Errorf("%d names and %d summaries in the list", names, summaries)
	}
	for _, args := range [][]string{{"__complete", "--", "c"}, {"nosuchname"}} {
		if perFile := testing.AllocsPerRun(1, func() { m.run(args...) }) / many; perFile > 5 { // to examine all of them takes eight, to read them more than fifty
			t.Errorf("%q: %.1f allocations a file", args, perFile)
		}
	}
}
