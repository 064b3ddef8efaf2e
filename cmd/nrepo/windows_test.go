package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
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

// TestBatchIsRefused tests arguments for batch files, as on Windows.
func TestBatchIsRefused(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.file("a/nrepo-foo.cmd", "")
	m.file("a/nrepo-bar.exe", "")
	for _, c := range []struct {
		name, arg string
		refused   bool
	}{{"foo", "plain", false}, {"foo", "a&b", true}, {"bar", "a&b", false}} {
		l := m.windows()
		found, ok := l.Find(c.name)
		if !ok {
			t.Fatal(c.name)
		}
		m.ran = nil
		err := handOver(m.environment(), l, found, []string{c.arg})
		if refused := err != nil; refused != c.refused || refused && asFailure(t, err).exit != 126 {
			t.Errorf("%+v: %v", c, err)
		}
		if ran := m.ran != nil; ran == c.refused {
			t.Errorf("%+v: ran %q", c, m.ran)
		}
	}
}

// TestBatchLink runs batch files of the archive for Windows (internal/dist), and other
// batch files.
func TestBatchLink(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for name, text := range map[string]string{
		"search": "@\"%~dp0nrepo-ideas.exe\" search %*\r\n",
		"log":    "@\"%~dp0nrepo-ideas.exe\" log %*",
		"other":  "@\"%~dp0nrepo-ideas.exe\" search %*\r\n",
		"more":   "@\"%~dp0nrepo-ideas.exe\" more %*\r\necho done\r\n",
		"away":   "@\"%~dp0nrepo-..\\ideas.exe\" away %*\r\n",
		"long":   "@\"%~dp0nrepo-ideas.exe\" long %*" + strings.Repeat("\n", 500) + "echo done",
	} {
		m.file("a/nrepo-"+name+".cmd", text)
		l := m.windows()
		found, ok := l.Find(name)
		if !ok {
			t.Fatal(name)
		}
		program, argv0, batch := lookup.Start(l, found)
		want := []string{m.path("a/nrepo-ideas.exe"), m.path("a/nrepo-" + name)}
		if link := name == "search" || name == "log"; batch == link || link && !slices.Equal([]string{program, argv0}, want) {
			t.Errorf("%s: %s as %s, batch %t", name, program, argv0, batch)
		}
		m.ran = nil
		if err := handOver(m.environment(), l, found, []string{"a&b"}); (err != nil) != batch || !batch && !slices.Equal([]string{m.program, m.ran[0], m.ran[1]}, append(want, "a&b")) {
			t.Errorf("%s: %v, ran %q", name, err, m.ran)
		}
	}
}

func TestIsVariable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos, entry string
		want        bool
	}{
		{"windows", "Path=a", true},
		{"windows", "PATHS=a", false},
		{"windows", "PATH", false},
		{"linux", "PATH=a", true},
		{"linux", "PATH=", true},
		{"linux", "PATH", false},
		{"linux", "PAT=H", false},
		{"linux", "Path=a", false},
		{"darwin", "Path=a", false},
	} {
		if got := isVariable(c.goos, c.entry, "PATH"); got != c.want {
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

// TestWindowsFiles looks up commands with the suffixes of Windows.
func TestWindowsFiles(t *testing.T) {
	m := newMachine(t)
	for _, file := range []string{"a/nrepo-foo.bat", "a/nrepo-foo.cmd", "a/nrepo-foo.exe", "a/nrepo-foo", "b/nrepo-foo.exe",
		"a/nrepo-bat.bat", "a/nrepo-ps.ps1", "a/nrepo-js.js"} {
		m.file(file, "")
	}
	m.file("cwd/nrepo-here.exe", "")
	l := m.windows()
	var got []string
	for _, f := range l.All("foo") {
		got = append(got, f.Path)
	}
	want := []string{m.path("a/nrepo-foo.exe"), m.path("a/nrepo-foo.cmd"), m.path("a/nrepo-foo.bat"), m.path("b/nrepo-foo.exe")}
	if !slices.Equal(got, want) {
		t.Errorf("all: %q, want %q", got, want)
	}
	t.Chdir(m.path("cwd")) // the current directory is never searched
	env := m.environment()
	if _, err := findCommand(env, l, "here", nil); asFailure(t, err).exit != 127 {
		t.Errorf("the current directory: %v", err)
	}
	if f, err := findCommand(env, l, "foo", nil); err != nil || f.Path != want[0] {
		t.Errorf("find: %q, %v", f.Path, err)
	}
	if _, err := findCommand(env, l, "ps", nil); asFailure(t, err).exit != 126 {
		t.Errorf("ps: %v", err)
	}
	if _, err := findCommand(env, l, "js", nil); asFailure(t, err).exit != 127 {
		t.Errorf("js: %v", err)
	}
	listing := lookup.List(l, "")
	if files := listing.Files("foo"); !slices.Equal(listing.Names, []string{"bat", "foo"}) || files[0].Path != want[0] {
		t.Errorf("commands: %q, foo: %+v", listing.Names, files)
	}
	if len(listing.Ignored) != 3 {
		t.Errorf("ignored: %+v", listing.Ignored)
	}
}

// windows returns a lookup with the suffixes of Windows.
func (m *machine) windows() *lookup.Lookup {
	return lookup.New(lookup.Options{Path: m.path("a") + string(os.PathListSeparator) + m.path("b"), Suffixes: lookup.WindowsSuffixes})
}
