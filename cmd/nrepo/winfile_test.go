package main

import (
	"slices"
	"testing"
)

func TestBatchArguments(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"", "plain", "a b", "--x=y", "C:\\dir\\file", "ä", "a;b", "(x)", "it's"} {
		if err := checkBatchArguments(`C:\bin\nrepo-foo.cmd`, []string{"ok", arg}); err != nil {
			t.Errorf("%q: %v", arg, err)
		}
	}
	for _, arg := range []string{"a&b", "a|b", "<", ">", "^", "%PATH%", "!x!", `"`, "a\nb", "a\rb", "a\x00b"} {
		if f := asFailure(t, checkBatchArguments("nrepo-foo.cmd", []string{"ok", arg})); f.exit != 126 {
			t.Errorf("%q: %+v", arg, f)
		}
	}
}

func TestWindowsDevice(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"con", "NUL", "aux", "prn", "com1", "lpt9", "COM0"} {
		if !windowsDevice(name) {
			t.Errorf("windowsDevice(%q) = false", name)
		}
	}
	for _, name := range []string{"console", "com", "com10", "comx", "key", "null"} {
		if windowsDevice(name) {
			t.Errorf("windowsDevice(%q) = true", name)
		}
	}
}

// TestWindowsFiles runs the resolver with the suffixes of Windows.
func TestWindowsFiles(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, file := range []string{"a/nrepo-foo.bat", "a/nrepo-foo.cmd", "a/nrepo-foo.exe", "a/nrepo-foo", "b/nrepo-foo.exe",
		"a/nrepo-bat.bat", "a/nrepo-ps.ps1", "a/nrepo-js.js"} {
		m.file(file, "")
	}
	r := m.resolver()
	r.suffixes = windowsSuffixes
	var got []string
	for _, c := range r.all("foo") {
		got = append(got, c.path)
	}
	want := []string{m.path("a/nrepo-foo.exe"), m.path("a/nrepo-foo.cmd"), m.path("a/nrepo-foo.bat"), m.path("b/nrepo-foo.exe")}
	if !slices.Equal(got, want) {
		t.Errorf("all: %q, want %q", got, want)
	}
	if c, err := r.find("foo"); err != nil || c.path != want[0] {
		t.Errorf("find: %q, %v", c.path, err)
	}
	if _, err := r.find("ps"); asFailure(t, err).exit != 126 {
		t.Errorf("ps: %v", err)
	}
	if _, err := r.find("js"); asFailure(t, err).exit != 127 {
		t.Errorf("js: %v", err)
	}
	l := r.list()
	if len(l.commands) != 2 || l.commands[1].name != "foo" || l.commands[1].files[0].path != want[0] {
		t.Errorf("commands: %+v", l.commands)
	}
	if len(l.ignored) != 3 {
		t.Errorf("ignored: %+v", l.ignored)
	}
}
