package progfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

const (
	testMark = "@(#)" + "nrepo:"
	summary  = testMark + "summary="
	complete = testMark + "complete=1"
)

func TestMarkers(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("x", maxScript)
	for _, row := range []struct{ name, text, summary string }{
		{"script", "#!/bin/sh\n# " + summary + "Say hello\n", "Say hello"},
		{"carriage return", "#!/bin/sh\r\n# " + summary + "Say hello\r\n", "Say hello"},
		{"of this name, in a program", "\x00" + summary + "Any\n@(#)\x00" + testMark + "summary.f=This\n@(#)", "This"},
		{"program", "\x00\x01" + summary + "Say hello\n@(#)more", "Say hello"},
		{"program, with another marker", "\x00\x01" + summary + "Say hello" + "\n" + complete + "\nmore", "Say hello"},
		{"end of file", "#!" + summary + "Say hello", "Say hello"},
		{"blanks", summary + "  Say \t hello  \n", "Say hello"},
		{"quotes stay", summary + `Say "hello"` + "\n", `Say "hello"`},
		{"other scripts", summary + "挨拶する ÄÖ\n", "挨拶する ÄÖ"},
		{"first wins", summary + "one\n" + summary + "two\n", "one"},
		{"empty is none", summary + "\n" + summary + "two\n", "two"},
		{"bare prefix", testMark + "\x00" + testMark + summary + "x\n@(#)", "x"},
		{"garbage", summary + "\x01\x02\n", ""},
		{"escape sequence", summary + "\x1b[31mred\n", ""},
		{"not UTF-8", summary + "\xff\n", ""},
		{"bidi", summary + "a\u202eb\n", `a\u202eb`},
		{"of this name", summary + "Any\n" + testMark + "summary.f=This\n" + testMark + "summary.g=That\n", "This"},
		{"of another name", testMark + "summary.g=That\n", ""},
		{"no end", summary + strings.Repeat("y", 2000) + "\n", ""},
		{"long", summary + strings.Repeat("y", 100) + "\n", strings.Repeat("y", 79) + "…"},
		{"unknown key", testMark + "author=x\n", ""},
		{"late in a script", "#!/bin/sh\n" + pad + summary + "late\n", ""},
		{"late in a program", "\x7f\x00" + pad + pad + pad + summary + "late\n@(#)", "late"},
		{"foreign text behind, in a program", "\x00" + summary + "Say hello" + "other\n", ""},
		{"foreign line behind, in a program", "\x00" + summary + "Say hello" + "other\nmore" + complete + "\n", ""},
		{"foreign text up to a NUL, in a program", "\x00" + summary + "Say hello" + "other\x00", ""},
		{"foreign text behind, in a script", "#!/bin/sh\n# " + summary + "Say hello" + strings.Repeat(" other", 60) + "\n", "Say hello" + strings.Repeat(" other", 11) + " oth…"},
		{"none", "", ""},
	} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(row.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := NewReader().Read(path, "f", true).Summary; got != row.summary {
			t.Errorf("%s: %q, want %q", row.name, got, row.summary)
		}
	}
}

// TestMarkerAnywhere moves a block across the boundary of two pieces.
func TestMarkerAnywhere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	block := summary + "Say" + strings.Repeat(" ", 460) + "hello\n" + testMark + "contract=3\n" + complete + "\n"
	for at := pieceSize - 700; at < pieceSize+20; at += 7 {
		program := make([]byte, 2*pieceSize+4096)
		copy(program[len(program)-at:], block)
		if err := os.WriteFile(path, program, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := NewReader().Read(path, "f", false); got.Summary != "Say hello" || !got.Complete || got.Contract != "3" {
			t.Fatalf("at %d: %+v", at, got)
		}
	}
}

// TestBlock checks that the markers of a program are one block, and that reading stops after
// it.
func TestBlock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	for text, want := range map[string]Facts{
		summary + "Do\n" + testMark + "contract=2\n" + testMark + "version=1\n@(#)":  {Summary: "Do", Contract: "2", Version: "1"},
		testMark + "contract=2\n@(#)" + summary + "Do\n" + complete + "\n":           {Summary: "Do", Complete: true},
		summary + "Do\n@(#)" + strings.Repeat("x", pieceSize) + complete + "\n":      {Summary: "Do"},
		testMark + "contract=2\n@(#)":                                                {},
		summary + "Do\n" + complete + "\nother" + testMark + "contract=2\n" + "@(#)": {Summary: "Do", Complete: true},
		testMark + "version=v9;":                                                     {},
	} {
		if err := os.WriteFile(path, []byte("\x00"+text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := NewReader().Read(path, "f", true); got != want {
			t.Errorf("%q: %+v, want %+v", text[:min(len(text), 80)], got, want)
		}
	}
}

// TestOfficial reads the version that was set at link time.
func TestOfficial(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	for text, want := range map[string]string{
		"\x00" + testMark + "version=v9.9.9;and more":                              "v9.9.9",
		"\x00" + summary + "Do\n" + complete + "\n" + testMark + "version=v1;more": "v1",
		"\x00" + testMark + "version=v1 and more":                                  "",
		"#!/bin/sh\n# " + testMark + "version=3\n":                                 "3",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := NewReader().ReadOfficial(path).Version; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestOtherMarkers(t *testing.T) {
	t.Parallel()
	version, contract := testMark+"version=", testMark+"contract="
	for text, want := range map[string]Facts{
		complete + "\n":                           {Complete: true},
		complete + "0\n":                          {},
		testMark + "complete=0\n":                 {},
		"complete=1":                              {},
		version + "1.2.0\n":                       {Version: "1.2.0"},
		version + "v9.9.9;and more":               {Version: "v9.9.9"},
		version + "a b\n":                         {},
		version + strings.Repeat("1", 101) + "\n": {},
		contract + "2\n" + version + "3\n":        {Contract: "2", Version: "3"},
	} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := NewReader().Read(path, "f", true); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// TestGoProgram builds real programs for three file formats and reads them.
func TestGoProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/probe\n\ngo 1.26\n",
		"main.go": "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(usage) }\n\nconst usage = `usage: probe\n\n" +
			summary + "Probe things\n" + complete + "\n`\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		out := filepath.Join(dir, goos)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false", "GOARCH=amd64", "GOOS="+goos)
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		got := NewReader().Read(out, "x", true)
		if got.Summary != "Probe things" || !got.Complete || got.Module != "example.com/probe" || got.Version != "(devel)" {
			t.Errorf("%s: %+v", goos, got)
		}
	}
}

// TestOwnProgram reads the test binary, which contains the parts of a marker.
func TestOwnProgram(t *testing.T) {
	t.Parallel()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("no build information")
	}
	if got := NewReader().Read(path, "x", true); got.Module != info.Main.Path || got.Version != info.Main.Version {
		t.Errorf("%+v, want %s %s", got, info.Main.Path, info.Main.Version)
	}
}

// TestBeside reads the file beside a program without markers.
func TestBeside(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wrapper := write("opt/bin/nrepo-foo", "#!/bin/sh\nexec foo\n")
	write("opt/share/nrepo/commands/foo", summary+"Foo things\n"+complete+"\n")
	marked := write("opt/bin/nrepo-bar", "#!/bin/sh\n# "+summary+"Own\n")
	write("opt/share/nrepo/commands/bar", summary+"Beside\n"+complete+"\n")
	late := write("opt/bin/nrepo-late", "")
	write("opt/share/nrepo/commands/late", strings.Repeat("x", maxHead)+summary+"Late\n")
	link := filepath.Join(root, "bin", "nrepo-foo")
	if err := os.Mkdir(filepath.Dir(link), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../opt/bin/nrepo-foo", link); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		path, name string
		want       Facts
	}{
		{wrapper, "foo", Facts{Summary: "Foo things", Complete: true}},
		{link, "foo", Facts{Summary: "Foo things", Complete: true}},
		{marked, "bar", Facts{Summary: "Own"}},
		{late, "late", Facts{}},
	} {
		if got := NewReader().Read(row.path, row.name, true); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.path, got, row.want)
		}
	}
}

// A reader stops at its limits.
func TestLimits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("\x00" + summary + "Far\n@(#)" + strings.Repeat("x", 256<<10))
	if got := NewQuickReader().Read(path, "x", false); got != (Facts{}) {
		t.Errorf("read as much in the completion of names: %+v", got)
	}
	if got := NewReader().Read(path, "x", false); got.Summary != "Far" {
		t.Errorf("%+v", got)
	}
	write("#!/bin/sh\n# " + summary + "Say hello\n")
	if got := NewQuickReader().Read(path, "x", false); got.Summary != "Say hello" {
		t.Errorf("in the completion of names: %+v", got)
	}
	r := newReader(2*maxHead, maxProgram, time.Minute)
	for i, want := range []string{"Say hello", "Say hello", ""} {
		if got := r.Read(path, "x", true); got.Summary != want {
			t.Errorf("file %d, when there is enough for two: %+v", i+1, got)
		}
	}
	if got := newReader(1<<20, maxProgram, 0).Read(path, "x", true); got != (Facts{}) {
		t.Errorf("after the time limit: %+v", got)
	}
	write("#!/bin/sh\n" + strings.Repeat("#\n", 128<<10))
	r = newReader(1<<20, maxProgram, time.Minute)
	r.Read(path, "x", true)
	if used := 1<<20 - r.left; used < maxScript || used > maxScript+2*maxHead {
		t.Errorf("a long script counts as %d bytes", used)
	}
}
