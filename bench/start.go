//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// start compares the ways to a command. The time of the command itself is taken
// off, so that only the way is left.
func (b *bench) start() ([]row, error) {
	nop := b.path("nop")
	var many, full []string
	for i := range 39 { // behind our own, so 40 entries before the command's
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
	return b.compare(programs, []ratio{
		{"`nrepo nop`, overhead, against `git nop`", "nrepo", "direct", "git", "direct", 0.90},
		{"… the same of a build without a version linked in, as by `go install`", "unlinked", "direct", "git", "direct", 0.90},
		{"… against a Go program that only execs a fixed path", "nrepo", "direct", "exec", "direct", 1.10},
		{"… with 40 entries in PATH, against itself", "many", "direct", "nrepo", "direct", 1.10},
		{"… with ten directories of 5,000 files, against itself", "full", "direct", "nrepo", "direct", 1.10},
	})
}

// list compares what reads the directories of PATH.
func (b *bench) list() ([]row, error) {
	directories := []string{b.path("plugins")}
	exits := func(p program, code int) program { p.exit = code; return p }
	programs := map[string]program{
		"commands": b.nrepo(directories, "commands", "-v"),
		"help":     b.nrepo(directories, "help"),
		"typo":     exits(b.nrepo(directories, "plugim-01"), 127),
	}
	if b.git != "" {
		programs["git help"] = b.program(b.git, directories, "help", "-a")
		programs["git typo"] = exits(b.program(b.git, directories, "nosuch"), 1)
	}
	return b.compare(programs, []ratio{
		{"`nrepo commands -v`, 20 Go plugins, against `git help -a`", "commands", "", "git help", "", 1.50},
		{"`nrepo help`, the same plugins, against `git help -a`", "help", "", "git help", "", 1.30},
		{"an unknown name with a suggestion, against `git nosuch`", "typo", "", "git typo", "", 1.30},
	})
}
