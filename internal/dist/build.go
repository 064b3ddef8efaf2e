package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

const versionVariable = "github.com/nrepo-cli/nrepo/internal/version.marker"

// build builds programs for a platform into a directory. The version is linked in
// rather than taken from git, so that a source archive gives the same bytes as
// a clone.
func (d *dist) build(p platform, bin, packages, ldflags string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags=nethttpomithttp2",
		"-ldflags", "-s -w -X '"+versionVariable+"=@(#)nrepo:version="+d.version+";' "+ldflags, "-o", bin+string(filepath.Separator), packages)
	cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0", "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return nil
}

// modules returns the other modules that a program is made of.
func modules(program string) ([]*debug.Module, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	for i, m := range info.Deps {
		if m.Replace != nil {
			info.Deps[i] = m.Replace
		}
	}
	return info.Deps, nil
}

// licenses returns the licences of what a program contains of others: Go
// itself and the modules.
func licenses(program string) (string, error) {
	deps, err := modules(program)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	add := func(what, dir string) error {
		files, _ := filepath.Glob(filepath.Join(dir, "LICEN[CS]E*"))
		if len(files) == 0 {
			return fmt.Errorf("%s has no licence file", what)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s\n%s\n\n%s\n", strings.Repeat("-", 76), what, text)
		}
		return nil
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	goroot := strings.TrimSpace(string(root))
	if err := add("the Go runtime and standard library "+runtime.Version(), goroot); err != nil {
		return "", err
	}
	for _, m := range deps {
		out, err := exec.Command("go", "mod", "download", "-json", m.Path+"@"+m.Version).Output()
		if err != nil {
			return "", fmt.Errorf("%s: %w", m.Path, err)
		}
		var found struct{ Dir string }
		if err := json.Unmarshal(out, &found); err != nil {
			return "", err
		}
		if err := add(m.Path+" "+m.Version, found.Dir); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
