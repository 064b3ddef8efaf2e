package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// peakMB runs a command and returns its peak memory in MB of 1,000,000 bytes. It reads
// the value while the process runs, because the kernel's count for a finished child
// includes the memory of its parent.
func peakMB(t *testing.T, cmd *exec.Cmd) float64 {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)
	exe := fmt.Sprintf("/proc/%d/exe", cmd.Process.Pid)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	peak := 0.0
	for {
		select {
		case err := <-over:
			if err != nil {
				t.Fatalf("%v: %.2000s", err, stderr.String())
			}
			t.Logf("%.1f MB", peak)
			return peak
		case <-tick.C:
		}
		doc, err := os.ReadFile(status)
		if program, errExe := os.Readlink(exe); err != nil || errExe != nil || program != cmd.Path {
			continue // the program has not started yet, or has ended
		}
		_, rest, _ := strings.Cut(string(doc), "VmHWM:")
		if words := strings.Fields(rest); len(words) > 0 {
			kib, _ := strconv.ParseFloat(words[0], 64)
			peak = max(peak, kib*1024/1e6)
		}
	}
}

func TestMemoryOfExport(t *testing.T) {
	const many = 25_000 // together 50 MB; more would be slow
	s := (&shelf{old: many, edges: many, body: strings.Repeat("0123456789", 200)}).start(t)
	dir := t.TempDir()
	if peak := peakMB(t, s.command(t, dir, "export", "--to", "all.jsonl")); peak > 32 {
		t.Errorf("an export of %d ideas takes %.1f MB", many, peak)
	}
	if n := countLines(t, filepath.Join(dir, "all.jsonl")); n != many {
		t.Errorf("%d lines", n)
	}
}

func TestMemoryOfLog(t *testing.T) {
	s := (&shelf{old: 10_000, body: strings.Repeat("0123456789", 200)}).start(t)
	for _, args := range [][]string{{"log", "--limit", "0"}, {"log", "--limit", "0", "--json"}} {
		if peak := peakMB(t, s.command(t, t.TempDir(), args...)); peak > 20 {
			t.Errorf("%v of 10000 ideas takes %.1f MB", args, peak)
		}
	}
}

func TestMemoryOfGraph(t *testing.T) {
	const many = 100_000
	s := (&shelf{old: many, edges: 2 * many}).start(t)
	for _, args := range [][]string{{"--depth", "2", "--json"}, {"--depth", "0", "--json"}, {"--depth", "0", "--format", "mermaid"}} {
		if peak := peakMB(t, s.command(t, t.TempDir(), append([]string{"graph", "id:5"}, args...)...)); peak > 64 {
			t.Errorf("graph %v out of %d ideas takes %.1f MB", args, many, peak)
		}
	}
}

func countLines(t *testing.T, path string) (n int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for in := bufio.NewReader(f); ; n++ {
		for more := true; more; {
			var err error
			if _, more, err = in.ReadLine(); err != nil {
				return n
			}
		}
	}
}
