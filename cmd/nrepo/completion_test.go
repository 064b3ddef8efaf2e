package main

import (
	"os"
	"strings"
	"testing"
)

// TestCompletion is not parallel because it runs files that it has just written, and a
// process that another test starts could hold them open for writing.
func TestCompletion(t *testing.T) {
	m := newMachine(t)
	m.setPath("a", "b", "=/usr/bin", "=/bin")
	mark := m.path("mark")
	opted := "#!/bin/sh\n# @(#)nrepo:complete=1\n"
	m.file("a/nrepo-yes", opted+`printf '%s\n' "$@" 'captured	An idea' "$NREPO_COMMAND" 'esc'$(printf '\033')`)
	m.file("a/nrepo-no", "#!/bin/sh\ntouch "+mark+"\n")
	m.file("b/nrepo-push", "#!/bin/sh\ntouch "+mark+"\n") // official, but not in the directory of nrepo
	m.file("home/nrepo-key", "#!/bin/sh\necho list; echo noise >&2\n")
	m.file("a/nrepo-fails", opted+"echo x; exit 1\n")
	m.file("a/nrepo-garbage", opted+"head -c 4096 /dev/urandom | tr a-z '\\033'\n")
	m.file("a/nrepo-hangs", opted+"echo x; exec sleep 1000\n")
	m.file("a/nrepo-leaves", opted+"echo x; exec >&-; exec sleep 1000\n")
	m.file("a/nrepo-reads", opted+"cat; echo read\n")
	m.file("a/nrepo-wants-files", opted+"printf '\\tfiles\\n'\n")
	m.file("a/nrepo-many", opted+"seq 2000\n")
	m.file("a/nrepo-large", opted+"head -c 1500000 /dev/zero | tr '\\0' x | fold -w 15000; exit 1\n")
	m.file("a/nrepo-endless", opted+"yes abc\n")
	for _, row := range []struct {
		words []string
		want  string
	}{
		{[]string{"wh"}, "which\tShow which file a command runs\n"},
		{[]string{"ke"}, "key\tList, create and revoke API keys\n"},
		{[]string{"log"}, ""}, // not installed
		{[]string{"--j"}, "--json\n"},
		{[]string{"--profile", "work", "ke"}, "key\tList, create and revoke API keys\n"},
		{[]string{"--profile", ""}, ""},
		{[]string{"--json", "ke"}, "key\tList, create and revoke API keys\n"},
		{[]string{"key", ""}, "list\n"},
		{[]string{"yes", "a b", ""}, "__complete\na b\ncaptured\tAn idea\nyes\n"},
		{[]string{"yes", "cap"}, "cap\ncaptured\tAn idea\n"},
		{[]string{"no", ""}, filesLine + "\n"},
		{[]string{"push", ""}, filesLine + "\n"},
		{[]string{"fails", ""}, filesLine + "\n"},
		{[]string{"hangs", ""}, filesLine + "\n"},
		{[]string{"leaves", ""}, filesLine + "\n"},
		{[]string{"wants-files", ""}, filesLine + "\n"},
		{[]string{"reads", ""}, "read\n"},
		{[]string{"many", "199"}, "199\n1990\n1991\n1992\n1993\n1994\n1995\n1996\n1997\n1998\n1999\n"}, // none of them is among the first 1000 names
		{[]string{"large", ""}, strings.Repeat(strings.Repeat("x", 15000)+"\n", 1<<20/15001)},
		{[]string{"endless", "a"}, strings.Repeat("abc\n", 1000)},
		{[]string{"nosuch", ""}, filesLine + "\n"},
		{[]string{"../x", ""}, ""},
		{[]string{"completion", "z"}, "zsh\n"},
		{[]string{"help", "ke"}, "key\tList, create and revoke API keys\n"},
		{[]string{"which", "-"}, "-a\n--json\n--human\n--help\n"},
		{nil, ""},
	} {
		code := m.run(append([]string{"__complete", "--"}, row.words...)...)
		for range 20 { // on a busy machine the command may need more than its second
			if row.want == "" || m.stdout.String() == row.want {
				break
			}
			code = m.run(append([]string{"__complete", "--"}, row.words...)...)
		}
		if code != 0 || m.stdout.String() != row.want || m.stderr.Len() > 0 {
			t.Errorf("%q: %d %q %q, want %q", row.words, code, m.stdout.String(), m.stderr.String(), row.want)
		}
	}
	m.set("NREPO_TRACE", "1")
	for _, words := range [][]string{{"wh"}, {"key", ""}, {"which", "k"}} {
		if m.run(append([]string{"__complete", "--"}, words...)...); m.stderr.Len() > 0 {
			t.Errorf("%q: a trace in the command line: %q", words, m.stderr.String())
		}
	}
	m.set("NREPO_TRACE", "")
	if m.run("__complete", "--", "garbage", ""); strings.ContainsAny(m.stdout.String(), "\x1b\x00") {
		t.Errorf("garbage: %q", m.stdout.String())
	}
	m.file("a/nrepo-opted", opted+`printf '%s\n' "$2" 'a b' "it's" 'c$d!'`+"\n")
	for _, row := range []struct{ line, replaced, want string }{
		{"nrepo ke", "ke", "key\n"},
		{"nrepo opted 'x y' a", "a", "a\\ b\n"},
		{`nrepo opted x "a`, "a", "a b\n"},
		{"nrepo opted x c", "c", "c\\$d\\!\n"},
		{`nrepo opted x i`, "i", "it\\'s\n"},
		{`nrepo opted 'x y' x`, "x", "x\\ y\n"},
		{"nrepo opted >a", "a", filesLine + "\n"},
		{"nrepo", "nrepo", ""},
	} {
		for range 20 {
			if m.run("__complete", "bash", row.line, row.replaced); m.stdout.String() == row.want {
				break
			}
		}
		if m.stdout.String() != row.want {
			t.Errorf("%s: %q, want %q", row.line, m.stdout.String(), row.want)
		}
	}
	if _, err := os.Lstat(mark); err == nil {
		t.Error("a command that did not opt in was run")
	}
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if m.run("completion", shell); !strings.Contains(m.stdout.String(), "nrepo __complete ") {
			t.Errorf("%s: %s", shell, m.stdout.String())
		}
	}
}
