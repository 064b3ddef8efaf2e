//go:build linux

// Command bench compares speed and size of the programs with their targets and with git and
// curl, and writes docs/benchmarks.md: `make bench`.
//
// Programs that are compared run alternately, so that other load on the machine affects them
// equally. Only ratios are kept, because times depend more on the machine than on the programs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// bench is one run of all measurements.
type bench struct {
	rounds int
	dir    string // for all generated files; removed at the end
	bin    string // the official programs, built as for a release
	env    []string
	git    string // "" if missing
	curl   string
	notes  []string // what could not be measured
}

// suite measures one subject.
type suite struct {
	name string
	run  func(*bench) ([]row, error)
}

var suites = []suite{
	{"start", (*bench).start},
	{"list", (*bench).list},
	{"http", (*bench).http},
	{"https", (*bench).https},
	{"ideas", (*bench).ideas},
	{"size", (*bench).size},
	{"memory", (*bench).memory},
	{"config", (*bench).config},
	{"sandbox", (*bench).sandbox},
	{"import", (*bench).imports},
	{"demo", (*bench).demo},
}

func main() {
	rounds := flag.Int("rounds", 400, "rounds of each comparison")
	only := flag.String("only", "", "suites to run, with commas; nothing is written then")
	writer := flag.Int("writer", 0, "change the config as this writer, for the suite config")
	flag.Parse()
	work := func() error { return run(*rounds, *only) }
	if *writer > 0 {
		work = func() error { return writeConfig(*writer) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int, only string) error {
	dir, err := os.MkdirTemp("", "nrepo-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{rounds: rounds, dir: dir, bin: filepath.Join(dir, "bin")}
	if err := b.install(context.Background()); err != nil {
		return err
	}
	var rows []row
	for _, s := range suites {
		if only != "" && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		fmt.Fprintln(os.Stderr, "bench:", s.name)
		more, err := s.run(b)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, more...)
	}
	var slopes []slope
	if only == "" || strings.Contains(","+only+",", ",growth,") {
		fmt.Fprintln(os.Stderr, "bench: growth")
		if slopes, err = b.growth(); err != nil {
			return fmt.Errorf("growth: %w", err)
		}
	}
	print(os.Stdout, rows, slopes, b.notes)
	if only != "" {
		return nil
	}
	return b.document(rows, slopes)
}

func print(to *os.File, rows []row, slopes []slope, notes []string) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.what, r.value, r.spread, r.target, r.verdict)
	}
	for _, s := range slopes {
		fmt.Fprintf(w, "%s, from %s\t×10: %s\t×100: %s\t\t\n", s.what, s.of, s.ten, s.hundred)
	}
	w.Flush()
	for _, note := range notes {
		fmt.Fprintln(to, note)
	}
}
