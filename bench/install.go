//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// system is the PATH after our own directories: the default of Debian.
const system = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// plugins is how many third-party commands the lists are measured with.
const plugins = 20

// install builds all programs, and the plugins for the measurements: nop, a copy of the system's
// true, and a Go program under 20 names. It installs the programs as `make install` does, because
// a program starts up to a fifth slower if its file is in small memory pages. So are a file that
// the linker has just written, and a copy that io.Copy has made.
func (b *bench) install(ctx context.Context) error {
	nop, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	home := b.path("home")
	for _, dir := range []string{home, b.path("nop"), b.path("plugins")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	b.env = []string{"HOME=" + home, "LC_ALL=C.UTF-8", "USER=bench", "LOGNAME=bench", "SHELL=/bin/sh", "TERM=dumb", "PWD=" + home}
	stripped := "-s -w -X 'github.com/nrepo-cli/nrepo/internal/version.marker=@(#)nrepo:version=v1.0.0;'"
	for _, build := range []struct{ to, what, flags string }{
		{"official/", "./cmd/...", stripped},
		{"baseline/execonly", "./bench/baseline/execonly", "-s -w -X main.path=" + b.path("nop", "nrepo-nop")},
		{"baseline/unlinked", "./cmd/nrepo", "-s -w"},
		{"baseline/peak", "./bench/baseline/peak", "-s -w"},
		{"plugin/stale", "./examples/go/nrepo-stale", ""}, // not stripped, as `go install` builds it
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "nethttpomithttp2", "-ldflags", build.flags,
			"-o", b.path("built")+"/"+build.to, build.what)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	for from, to := range map[string]string{"official": b.bin, "baseline": b.path("baseline")} {
		programs, err := filepath.Glob(b.path("built", from, "*"))
		if err != nil {
			return err
		}
		args := append([]string{"-D", "-m", "755", "-t", to}, programs...)
		if out, err := exec.CommandContext(ctx, "install", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("install: %w: %s", err, out)
		}
	}
	if err := b.withLinks(); err != nil {
		return err
	}
	program, err := os.ReadFile(b.path("built", "plugin", "stale"))
	if err != nil {
		return err
	}
	for _, tool := range []string{"nrepo-", "git-"} {
		if err := os.Symlink(nop, b.path("nop", tool+"nop")); err != nil {
			return err
		}
		for i := range plugins {
			name := fmt.Sprintf("%splugin-%02d", tool, i+1)
			if err := os.WriteFile(b.path("plugins", name), program, 0o755); err != nil {
				return err
			}
		}
	}
	b.git, b.curl = b.find("git"), b.find("curl")
	return nil
}

// find returns the path of a tool to compare with, and adds a note if it is missing.
func (b *bench) find(tool string) string {
	path, err := exec.LookPath(tool)
	if err != nil {
		b.notes = append(b.notes, tool+" is not installed: nothing is compared with it.")
	}
	return path
}

func (b *bench) path(elem ...string) string {
	return filepath.Join(append([]string{b.dir}, elem...)...)
}

// program is a command line whose PATH has the official programs, then the
// given directories, then the system's.
func (b *bench) program(path string, directories []string, args ...string) program {
	list := b.bin
	for _, dir := range directories {
		list += ":" + dir
	}
	return program{
		path: path,
		args: append([]string{filepath.Base(path)}, args...),
		env:  append(slices.Clone(b.env), "PATH="+list+":"+system),
		dir:  b.path("home"),
	}
}

func (b *bench) nrepo(directories []string, args ...string) program {
	return b.program(filepath.Join(b.bin, "nrepo"), directories, args...)
}

// compare runs the programs and returns the ratios, without programs that are missing.
func (b *bench) compare(programs map[string]program, ratios []ratio) ([]row, error) {
	times, err := interleave(programs, b.rounds)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, r := range ratios {
		if times[r.of] != nil && times[r.to] != nil {
			rows = append(rows, r.row(times))
		}
	}
	return rows, nil
}
