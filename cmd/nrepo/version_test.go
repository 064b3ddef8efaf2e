package main

import (
	"encoding/binary"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
)

// goProgram is the build information of a Go program, as its file has it.
func goProgram(module, version string) string {
	info := strings.Repeat("m", 16) + "path\t" + module + "/cmd/x\nmod\t" + module + "\t" + version + "\t\n"
	return "\xff Go buildinf:\x08\x02" + strings.Repeat("\x00", 16) + "\x05go1.9" + string(binary.AppendUvarint(nil, uint64(len(info)))) + info
}

func TestVersion(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	own := goProgram("example.org/nrepo", "v1.0.0")
	m.file("home/nrepo", own)
	m.file("home/nrepo-login", own)
	other := m.file("home/nrepo-push", goProgram("example.org/nrepo", "v0.0.9"))
	foreign := m.file("a/nrepo-key", goProgram("example.org/key", "v1.0.0"))
	linked := m.file("home/nrepo-token", own+"@(#)nrepo:version=v9.9.9;and more")
	m.file("home/nrepo-whoami", goProgram("example.org/nrepo", "(devel)")+"@(#)nrepo:version=v1.0.0;")
	script := m.file("a/nrepo-api", "#!/bin/sh\n")
	m.file("a/nrepo-other", goProgram("example.org/other", "v3.0.0"))

	m.run("version")
	short := m.stdout.String()
	if m.stderr.Len() > 0 || !strings.HasPrefix(short, "nrepo v1.0.0\n") || !strings.HasSuffix(short, runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n") {
		t.Errorf("version: %q %q", short, m.stderr.String())
	}
	if m.run("--version"); m.stdout.String() != short {
		t.Errorf("--version: %q", m.stdout.String())
	}

	m.run("version", "-v")
	for _, want := range []string{"  login    v1.0.0", "  push     v0.0.9", "  token    v9.9.9", "  whoami   v1.0.0", "  api      version unknown", "  logout   not installed"} {
		if !strings.Contains(m.stdout.String(), want+"\n") {
			t.Errorf("version -v has no line %q:\n%s", want, m.stdout.String())
		}
	}
	want := ""
	for _, path := range []string{foreign, other, script, linked} {
		want += "nrepo: warning: " + path + " is of another version than nrepo\n"
	}
	if m.stderr.String() != want || strings.Contains(m.stdout.String(), "other") {
		t.Errorf("version -v warns %q, want %q", m.stderr.String(), want)
	}

	var got struct {
		Version  string
		Commands []struct {
			Name, Path, Version string
			Same                bool
		}
	}
	m.run("version", "-v", "--json")
	if err := json.Unmarshal(m.stdout.Bytes(), &got); err != nil || len(got.Commands) != 6 {
		t.Fatalf("%v: %s", err, m.stdout.String())
	}
	for _, c := range got.Commands {
		if c.Same != (c.Name == "login" || c.Name == "whoami") || got.Version != "v1.0.0" {
			t.Errorf("%+v", c)
		}
	}
}
