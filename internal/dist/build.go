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
	"slices"
	"strings"
)

const versionVariable = "github.com/nrepo-cli/nrepo/internal/version.marker"

// build builds programs for a platform into a directory. The version is linked in, not read
// from git, so that a source archive gives the same bytes as a clone.
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

// modules returns the other modules that programs contain, each once.
func modules(programs ...string) ([]*debug.Module, error) {
	var all []*debug.Module
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, err
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			if !slices.ContainsFunc(all, func(other *debug.Module) bool { return other.Path == m.Path }) {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b *debug.Module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// licenses returns the licences of Go and of the modules that programs contain.
func licenses(programs ...string) (string, error) {
	deps, err := modules(programs...)
	if err != nil {
		return "", err
	}
	return licensesOf(deps)
}

// licensesOf returns the licences of Go and of modules.
func licensesOf(modules []*debug.Module) (string, error) {
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
	for _, m := range modules {
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
