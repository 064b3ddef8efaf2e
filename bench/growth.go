//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
)

// slope compares the cost of a command with 10 and with 100 times the work with its cost at the
// original amount.
type slope struct{ what, of, ten, hundred string }

// growth measures slopes. The cost may grow only with the amount of data to read.
func (b *bench) growth() ([]slope, error) {
	var slopes []slope
	for _, measure := range []func(*bench) ([]slope, error){(*bench).growPath, (*bench).growConfig, (*bench).growIdeas} {
		more, err := measure(b)
		if err != nil {
			return nil, err
		}
		slopes = append(slopes, more...)
	}
	return slopes, nil
}

// times10 are the amounts of work that are compared.
var times10 = [3]int{1, 10, 100}

// slopeOf compares one command with the three amounts of work.
func (b *bench) slopeOf(what, of string, programs [3]program) (slope, error) {
	named := make(map[string]program)
	for i, n := range times10 {
		named[fmt.Sprint(n)] = programs[i]
	}
	times, err := interleave(named, b.rounds)
	if err != nil {
		return slope{}, fmt.Errorf("%s: %w", what, err)
	}
	against := func(n string) string { return fmt.Sprintf("%.2f", median(times[n])/median(times["1"])) }
	return slope{what, of, against("10"), against("100")}, nil
}

// growPath puts more directories, and more plugins, into PATH.
func (b *bench) growPath() ([]slope, error) {
	var entries, plugins [3][]string
	for i, n := range times10 {
		for j := range n {
			entries[i] = append(entries[i], b.path(fmt.Sprint("entry", j)))
		}
		dir := b.path(fmt.Sprint("grown", n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
		for j := range 10 * n {
			name := fmt.Sprintf("%s/nrepo-grown-%d", dir, j)
			if err := os.WriteFile(name, []byte("#!/bin/sh\n# @(#)nrepo:summary=Grown\n"), 0o755); err != nil {
				return nil, err
			}
		}
		plugins[i] = []string{dir}
	}
	for _, dir := range entries[2] {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
	}
	var slopes []slope
	for _, c := range []struct {
		what, of string
		dirs     [3][]string
		args     []string
	}{
		{"`nrepo nop`", "1 directory in PATH", entries, []string{"nop"}},
		{"`nrepo nop`", "10 plugins", plugins, []string{"nop"}},
		{"TAB on the first word", "10 plugins", plugins, []string{"__complete", "--", ""}},
		{"`nrepo commands`, which opens every plugin", "10 plugins", plugins, []string{"commands"}},
	} {
		var programs [3]program
		for i, dirs := range c.dirs {
			programs[i] = b.nrepo(append(dirs[:len(dirs):len(dirs)], b.path("nop")), c.args...)
		}
		s, err := b.slopeOf(c.what, c.of, programs)
		if err != nil {
			return nil, err
		}
		slopes = append(slopes, s)
	}
	return slopes, nil
}

// growConfig makes the config file longer.
func (b *bench) growConfig() ([]slope, error) {
	server := httptest.NewServer(answers(0))
	defer server.Close()
	var whoami, nop [3]program
	for i, n := range times10 {
		p, err := b.loggedIn(b.nrepo(nil, "whoami"), server.URL)
		if err != nil {
			return nil, err
		}
		config := strings.TrimPrefix(p.env[len(p.env)-1], "NEURALREPO_CONFIG=")
		doc, err := os.ReadFile(config)
		if err != nil {
			return nil, err
		}
		field := fmt.Sprintf(`,"another_field":%q}`, strings.Repeat("x", 1000*n))
		if err := os.WriteFile(config, append(bytes.TrimSuffix(doc, []byte("}")), field...), 0o600); err != nil {
			return nil, err
		}
		whoami[i], nop[i] = p, b.nrepo([]string{b.path("nop")}, "nop")
		nop[i].env = append(nop[i].env, "NEURALREPO_CONFIG="+config)
	}
	const of = "a config of 1 kB"
	first, err := b.slopeOf("`nrepo whoami`", of, whoami)
	if err != nil {
		return nil, err
	}
	second, err := b.slopeOf("`nrepo nop`, which does not read it", of, nop)
	return []slope{first, second}, err
}

// growIdeas lists more ideas, and completes the number of one of them.
func (b *bench) growIdeas() ([]slope, error) {
	var list, tab [3]program
	var peaks [3]float64
	for i, n := range times10 {
		server := httptest.NewServer(answers(100 * n))
		defer server.Close()
		p, err := b.loggedIn(b.nrepo(nil, "log", "--limit", "0"), server.URL)
		if err != nil {
			return nil, err
		}
		list[i], tab[i] = p, p
		tab[i].args = []string{"nrepo", "__complete", "--", "show", "100"}
		if err := b.fillCache(tab[i]); err != nil {
			return nil, err
		}
		if peaks[i], err = b.listPeak(100 * n); err != nil {
			return nil, err
		}
	}
	const of = "100 ideas"
	few := *b
	few.rounds = max(1, b.rounds/10) // a long list takes a second
	first, err := few.slopeOf("`nrepo log --limit 0`", of, list)
	if err != nil {
		return nil, err
	}
	memory := slope{"… its peak memory", of, fmt.Sprintf("%.2f", peaks[1]/peaks[0]), fmt.Sprintf("%.2f", peaks[2]/peaks[0])}
	second, err := b.slopeOf("TAB on an idea's number", of, tab)
	return []slope{first, memory, second}, err
}
