//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"time"
)

// program is a command line that is measured.
type program struct {
	path string
	args []string // argv[0] included
	env  []string
	dir  string
	exit int // the expected exit code
}

// spawn runs the program once, with /dev/null as its streams, and returns the time from before
// its start to after its end.
func (p program) spawn(null *os.File) (time.Duration, error) {
	attr := &syscall.ProcAttr{Dir: p.dir, Env: p.env, Files: []uintptr{null.Fd(), null.Fd(), null.Fd()}}
	start := time.Now()
	pid, err := syscall.ForkExec(p.path, p.args, attr)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.path, err)
	}
	var status syscall.WaitStatus
	for {
		if _, err = syscall.Wait4(pid, &status, 0, nil); err != syscall.EINTR {
			break
		}
	}
	took := time.Since(start)
	if err != nil || !status.Exited() || status.ExitStatus() != p.exit {
		return 0, fmt.Errorf("%q ended with status %d, want exit code %d (%v)", p.args, status, p.exit, err)
	}
	return took, nil
}

// interleave runs all programs in each round, each round in another order, so that other load
// on the machine affects them equally. It returns the times by program, then by round. A first
// round is not counted.
func interleave(programs map[string]program, rounds int) (map[string][]float64, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	var order []string
	for name := range programs {
		order = append(order, name)
	}
	slices.Sort(order)
	times := make(map[string][]float64)
	for round := range rounds + 1 {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, name := range order {
			took, err := programs[name].spawn(null)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if round > 0 {
				times[name] = append(times[name], took.Seconds())
			}
		}
	}
	return times, nil
}
