package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

const (
	testMark = "@(#)" + "nrepo:"
	summary  = testMark + "summary="
	complete = testMark + "complete=1"
)

var everything = wanted{summary: true, complete: true, module: true}

func TestMarkers(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("x", maxScript)
	for _, row := range []struct{ name, text, summary string }{
		{"script", "#!/bin/sh\n# " + summary + "Say hello\n", "Say hello"},
		{"carriage return", "#!/bin/sh\r\n# " + summary + "Say hello\r\n", "Say hello"},
		{"C string", "\x00\x01" + summary + "Say hello\x00more", "Say hello"},
		{"end of file", "#!" + summary + "Say hello", "Say hello"},
		{"blanks", summary + "  Say \t hello  \n", "Say hello"},
		{"quotes stay", summary + `Say "hello"` + "\n", `Say "hello"`},
		{"other scripts", summary + "挨拶する ÄÖ\n", "挨拶する ÄÖ"},
		{"first wins", summary + "one\n" + summary + "two\n", "one"},
		{"empty is none", summary + "\n" + summary + "two\n", "two"},
		{"bare prefix", testMark + "\x00" + testMark + summary + "x\n", "x"},
		{"garbage", summary + "\x01\x02\n", ""},
		{"escape sequence", summary + "\x1b[31mred\n", ""},
		{"not UTF-8", summary + "\xff\n", ""},
		{"bidi", summary + "a\u202eb\n", `a\u202eb`},
		{"no end", summary + strings.Repeat("y", 2000) + "\n", ""},
		{"long", summary + strings.Repeat("y", 100) + "\n", strings.Repeat("y", 79) + "…"},
		{"unknown key", testMark + "author=x\n", ""},
		{"late in a script", "#!/bin/sh\n" + pad + summary + "late\n", ""},
		{"late in a program", "\x7f" + pad + pad + pad + summary + "late\n", "late"},
		{"none", "", ""},
	} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(row.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := newInspector().file(path, everything).summary; got != row.summary {
			t.Errorf("%s: %q, want %q", row.name, got, row.summary)
		}
	}
}

// TestMarkerAnywhere moves a marker over the border of two pieces.
func TestMarkerAnywhere(t *testing.T) {
	t.Parallel()
	in := newInspector()
	text := summary + "Say hello\n" + complete + "\n"
	size := 2*len(in.buf) + 4096
	for at := len(in.buf) - 700; at < len(in.buf)+20; at++ {
		file := make([]byte, size)
		copy(file[at:], text)
		for _, scan := range []func(io.ReaderAt, span, wanted, *facts){in.scan, in.scanBack} {
			var found facts
			scan(bytes.NewReader(file), span{0, int64(size)}, everything, &found)
			if found.summary != "Say hello" || !found.complete {
				t.Fatalf("at %d: %+v", at, found)
			}
		}
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{complete + "\n": true, complete + "0\n": false, testMark + "complete=0\n": false, "complete=1": false} {
		var found facts
		newInspector().scan(strings.NewReader(text), span{0, 1 << 20}, everything, &found)
		if found.complete != want {
			t.Errorf("%q: %v", text, found.complete)
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
		got := newInspector().file(out, everything)
		if got.summary != "Probe things" || !got.complete || got.module != "example.com/probe" || got.version != "(devel)" {
			t.Errorf("%s: %+v", goos, got)
		}
	}
}

// TestBuildInfo reads what a build in a clone records, which those of tests lack.
func TestBuildInfo(t *testing.T) {
	t.Parallel()
	mark := strings.Repeat("m", 16)
	info := mark + "path\texample.com/m\nmod\texample.com/m\tv1.2.3\th1:x=\nbuild\t-trimpath=true\n" +
		"build\tvcs.revision=0123abcd\nbuild\tvcs.modified=true\n" + mark
	file := "\xff Go " + "buildinf:\x08\x02" + strings.Repeat("\x00", 16) + "\x08go1.26.8" + string(binary.AppendUvarint(nil, uint64(len(info)))) + info
	var found facts
	newInspector().scan(strings.NewReader(file), span{0, int64(len(file))}, wanted{module: true}, &found)
	if want := (build{"example.com/m", "v1.2.3", "0123abcd", true}); found.build != want {
		t.Errorf("%+v, want %+v", found.build, want)
	}
}

// TestOwnProgram reads the test binary, which has the marker's parts in it.
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
	if got := newInspector().file(path, wanted{module: true}); got.module != info.Main.Path || got.version != info.Main.Version {
		t.Errorf("%+v, want %s %s", got, info.Main.Path, info.Main.Version)
	}
}
