//go:build linux

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// before is the commit whose demo is compared with the current one: the last commit without
// the idea commands.
const before = "d37e0a9"

// demo compares `make demo` in a clean clone with nothing built before.
func (b *bench) demo() ([]row, error) {
	head, err := exec.Command("git", "rev-parse", "HEAD").Output()
	if err != nil {
		return nil, err
	}
	if exec.Command("git", "cat-file", "-e", before).Run() != nil {
		b.notes = append(b.notes, "This clone lacks the commit "+before+": its demo is not compared.")
		return nil, nil
	}
	times := make(map[string][]float64)
	names := map[string]string{before: "before", string(head[:7]): "now"}
	order := slices.Sorted(maps.Keys(names))
	for round := range max(1, b.rounds/130) {
		for _, commit := range order {
			took, err := b.coldDemo(commit, strconv.Itoa(round))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", commit, err)
			}
			times[names[commit]] = append(times[names[commit]], took.Seconds())
		}
		slices.Reverse(order) // neither is always the first
	}
	return []row{ratio{"cold `make demo` from a clean clone, against that of " + before, "now", "", "before", "", 1.15}.row(times)}, nil
}

func (b *bench) coldDemo(commit, round string) (time.Duration, error) {
	dir, cache := b.path("demo-"+commit+"-"+round), b.path("cache-"+commit+"-"+round)
	if out, err := exec.Command("git", "clone", "-q", ".", dir).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	if out, err := exec.Command("git", "-C", dir, "checkout", "-q", commit).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	cmd := exec.Command("make", "-s", "demo")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOCACHE="+cache)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	return took, os.RemoveAll(cache)
}
