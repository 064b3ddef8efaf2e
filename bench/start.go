//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// start compares the overhead of starting a command with different programs. The time of the
// command itself is subtracted.
func (b *bench) start() ([]row, error) {
	nop := b.path("nop")
	var many, full []string
	for i := range 39 { // after our own directory, so that 40 entries precede the command's
		many = append(many, b.path(fmt.Sprint("empty", i)))
	}
	for i := range 10 {
		full = append(full, b.path(fmt.Sprint("full", i)))
	}
	for _, dir := range append(many, full...) {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
	}
	for _, dir := range full {
		for i := range 5000 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("tool-", i)), nil, 0o755); err != nil {
				return nil, err
			}
		}
	}
	programs := map[string]program{
		"direct":   b.program(b.path("nop", "nrepo-nop"), nil),
		"exec":     b.program(b.path("baseline", "execonly"), nil),
		"nrepo":    b.nrepo([]string{nop}, "nop"),
		"unlinked": b.program(b.path("baseline", "unlinked"), []string{nop}, "nop"),
		"many":     b.nrepo(append(many, nop), "nop"),
		"full":     b.nrepo(append(full, nop), "nop"),
	}
	if b.git != "" {
		programs["git"] = b.program(b.git, []string{nop}, "nop")
	}
	more := *b
	more.rounds *= 4 // the commands take 2 ms and differ by a tenth
	return more.compare(programs, []ratio{
		{"`nrepo nop`, overhead, against `git nop`", "nrepo", "direct", "git", "direct", 0.85},
		{"… the same of a build without a version linked in, as by `go install`", "unlinked", "direct", "git", "direct", 0.86},
		{"… against a Go program that only execs a fixed path", "nrepo", "direct", "exec", "direct", 1.08},
		{"… with 40 entries in PATH, against itself", "many", "direct", "nrepo", "direct", 1.10},
		{"… with ten directories of 5,000 files, against itself", "full", "direct", "nrepo", "direct", 1.10},
	})
}

// list compares commands that read the directories of PATH.
func (b *bench) list() ([]row, error) {
	directories := []string{b.path("plugins")}
	if err := b.installMany(); err != nil {
		return nil, err
	}
	exits := func(p program, code int) program { p.exit = code; return p }
	programs := map[string]program{
		"commands": b.nrepo(directories, "commands", "-v"),
		"help":     b.nrepo(directories, "help"),
		"typo":     exits(b.nrepo(directories, "plugim-01"), 127),
		"nop":      b.nrepo([]string{b.path("nop")}, "nop"),
		"bash":     b.nrepo([]string{b.path("plugins"), b.path("large")}, "__complete", "bash", "nrepo ", ""),
		"zsh":      b.nrepo([]string{b.path("plugins"), b.path("large")}, "__complete", "--", ""),
		"many":     b.nrepo([]string{b.path("many")}, "commands"),
	}
	if b.git != "" {
		programs["git help"] = b.program(b.git, directories, "help", "-a")
		programs["git typo"] = exits(b.program(b.git, directories, "nosuch"), 1)
		programs["git many"] = b.program(b.git, []string{b.path("many")}, "help", "-a")
	}
	return b.compare(programs, []ratio{
		{"`nrepo commands -v`, 20 Go plugins, against `git help -a`", "commands", "", "git help", "", 1.50},
		{"`nrepo help`, the same plugins, against `git help -a`", "help", "", "git help", "", 1.30},
		{"an unknown name with a suggestion, against `git nosuch`", "typo", "", "git typo", "", 1.30},
		{"TAB on the first word in bash, 30 plugins of which ten have 99 MB, against `nrepo nop`", "bash", "", "nop", "", 1.50},
		{"… in zsh and fish, which show the summaries", "zsh", "", "nop", "", 1.50},
		{"`nrepo commands`, 1,200 plugins with summaries, against `git help -a`, which opens none", "many", "", "git many", "", 3.50},
	})
}

// installMany makes ten plugins of 99 MB, and 1,200 scripts with a summary, each
// for nrepo and for git.
func (b *bench) installMany() error {
	for _, dir := range []string{b.path("large"), b.path("many")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	program, err := os.ReadFile(b.path("built", "plugin", "stale"))
	if err != nil {
		return err
	}
	for i := range 10 {
		path := b.path("large", fmt.Sprintf("nrepo-large-%d", i))
		if err := os.WriteFile(path, program, 0o755); err != nil {
			return err
		}
		if err := os.Truncate(path, 99e6); err != nil {
			return err
		}
	}
	for i := range 1200 {
		for _, tool := range []string{"nrepo", "git"} {
			path := b.path("many", fmt.Sprintf("%s-many-%d", tool, i))
			if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\n# @(#)nrepo:summary=Do the thing of number %d\n", i), 0o755); err != nil {
				return err
			}
		}
	}
	return nil
}
