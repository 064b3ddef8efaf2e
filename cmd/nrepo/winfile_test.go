package main

import (
	"os"
	"slices"
	"strconv"
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

// TestBatchIsRefused hands batch files over as on Windows.
func TestBatchIsRefused(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo.cmd", "")
	m.file("a/nrepo-bar.exe", "")
	for _, c := range []struct {
		name, arg string
		refused   bool
	}{{"foo", "plain", false}, {"foo", "a&b", true}, {"bar", "a&b", false}} {
		env, r := m.environment(), m.resolver()
		r.suffixes = windowsSuffixes
		found, err := r.find(c.name)
		if err != nil {
			t.Fatal(err)
		}
		m.ran = nil
		err = handOver(env, r, found, []string{c.arg})
		if refused := err != nil; refused != c.refused || refused && asFailure(t, err).exit != 126 {
			t.Errorf("%+v: %v", c, err)
		}
		if ran := m.ran != nil; ran == c.refused {
			t.Errorf("%+v: ran %q", c, m.ran)
		}
	}
}

func TestSameVariable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos, a, b string
		want       bool
	}{
		{"windows", "Path", "PATH", true},
		{"windows", "PATHS", "PATH", false},
		{"linux", "PATH", "PATH", true},
		{"linux", "Path", "PATH", false},
		{"darwin", "Path", "PATH", false},
	} {
		if got := sameVariable(c.goos, c.a, c.b); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestRunChild runs this test program as the child, as nrepo does on Windows.
func TestRunChild(t *testing.T) {
	t.Parallel()
	const variable = "NREPO_TEST_EXIT"
	if code, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		os.Exit(code)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []int{0, 1, 2, 42, 126, 127, 255} {
		err := runChild(exe, []string{exe, "-test.run=^TestRunChild$"}, append(os.Environ(), variable+"="+strconv.Itoa(code)))
		if err != exitCode(code) {
			t.Errorf("exit code %d: %v", code, err)
		}
	}
	missing := exe + ".missing"
	if err := runChild(missing, []string{missing}, nil); !os.IsNotExist(err) {
		t.Errorf("a program that is not there: %v", err)
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
	m := newMachine(t)
	for _, file := range []string{"a/nrepo-foo.bat", "a/nrepo-foo.cmd", "a/nrepo-foo.exe", "a/nrepo-foo", "b/nrepo-foo.exe",
		"a/nrepo-bat.bat", "b/nrepo-up.EXE", "a/nrepo-ps.ps1", "a/nrepo-js.js"} {
		m.file(file, "")
	}
	m.file("cwd/nrepo-here.exe", "")
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
	t.Chdir(m.path("cwd")) // is never looked in
	if _, err := r.find("here"); asFailure(t, err).exit != 127 {
		t.Errorf("the current directory: %v", err)
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
	if len(l.commands) != 3 || l.commands[1].name != "foo" || l.commands[1].files[0].path != want[0] || l.commands[2].name != "up" {
		t.Errorf("commands: %+v", l.commands)
	}
	if len(l.ignored) != 3 {
		t.Errorf("ignored: %+v", l.ignored)
	}
}
