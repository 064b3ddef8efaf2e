package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// goPrograms builds a Go program under several names, each with its own version linked in;
// "" means no version.
func goPrograms(t *testing.T, module string, versions map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module " + module + "\n\ngo 1.26\n",
		"main.go": "package main\n\nimport \"os\"\n\nvar marker string\n\nfunc main() { os.Stdout.WriteString(marker) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, version := range versions {
		flags := "-s -w"
		if version != "" {
			flags += " -X main.marker=@(#)nrepo:version=" + version + ";"
		}
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags="+flags, "-o", path)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false")
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.build = debug.BuildInfo{Main: debug.Module{Path: "example.org/nrepo", Version: "v1.0.0"}}
	other, foreign, unlinked := m.path("home/nrepo-push"), m.path("a/nrepo-key"), m.path("home/nrepo-token")
	script := m.file("a/nrepo-api", "#!/bin/sh\n")
	m.file("a/nrepo-other", "#!/bin/sh\n# @(#)nrepo:version=3.0.0\n")
	goPrograms(t, "example.org/nrepo", map[string]string{m.path("home/nrepo-login"): "v1.0.0", m.path("home/nrepo-whoami"): "v1.0.0", other: "v0.0.9", unlinked: ""})
	goPrograms(t, "example.org/key", map[string]string{foreign: "v1.0.0"})

	m.run("version")
	short := m.stdout.String()
	if m.stderr.Len() > 0 || !strings.HasPrefix(short, "nrepo v1.0.0\n") || !strings.HasSuffix(short, runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n") {
		t.Errorf("version: %q %q", short, m.stderr.String())
	}
	if m.run("--version"); m.stdout.String() != short {
		t.Errorf("--version: %q", m.stdout.String())
	}

	m.run("version", "-v")
	for _, want := range []string{"  login    v1.0.0", "  push     v0.0.9", "  token    (devel)", "  whoami   v1.0.0", "  api      version unknown", "  logout   not installed"} {
		if !strings.Contains(m.stdout.String(), want+"\n") {
			t.Errorf("version -v has no line %q:\n%s", want, m.stdout.String())
		}
	}
	warnings := m.stderr.String()
	for _, path := range []string{other, foreign, script, unlinked} {
		if strings.Count(warnings, "warning: "+path+" ") != 1 || strings.Count(warnings, "\n") != 4 || strings.Contains(m.stdout.String(), "other") {
			t.Errorf("%s: version -v warns %q", path, warnings)
		}
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
