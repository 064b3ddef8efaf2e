//go:build linux

package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// oneRequest are the commands that usually make one request.
var oneRequest = []string{"nrepo-key", "nrepo-logout", "nrepo-push", "nrepo-token", "nrepo-whoami"}

// size compares the stripped programs with their limits, in MB of 1,000,000 bytes.
func (b *bench) size() ([]row, error) {
	size := make(map[string]float64)
	names, err := filepath.Glob(filepath.Join(b.bin, "nrepo*"))
	if err != nil {
		return nil, err
	}
	largest, all := "", 0.0
	for _, path := range names {
		info, err := os.Lstat(path)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			continue // a link to nrepo-ideas
		}
		name := filepath.Base(path)
		size[name] = float64(info.Size()) / 1e6
		if name == "nrepo-sandbox" {
			continue
		}
		all += size[name]
		if slices.Contains(oneRequest, name) && size[name] > size[largest] {
			largest = name
		}
	}
	return []row{
		limited("size of `nrepo`, MB", size["nrepo"], 2.9, "%.2f", ""),
		limited("largest command of one request, `"+largest+"`, MB", size[largest], 6.5, "%.2f", ""),
		limited("size of `nrepo-login`, which makes several requests and is a server, MB", size["nrepo-login"], 6.5, "%.2f", ""),
		limited("size of `nrepo-api`, which has the language of jq too, MB", size["nrepo-api"], 8, "%.2f", ""),
		limited("size of `nrepo-ideas`, MB", size["nrepo-ideas"], 8.5, "%.2f", ""),
		limited("`nrepo`, `nrepo-login` and `nrepo-push` together, MB", size["nrepo"]+size["nrepo-login"]+size["nrepo-push"], 16.5, "%.2f", ""),
		limited("everything without the sandbox, MB", all, 58, "%.2f", ""),
	}, nil
}

// memory measures the peak memory of commands.
func (b *bench) memory() ([]row, error) {
	server := httptest.NewServer(answers(0))
	defer server.Close()
	p, err := b.loggedIn(b.nrepo(nil, "whoami"), server.URL)
	if err != nil {
		return nil, err
	}
	var peaks []float64
	for range min(b.rounds, 50) {
		peak, err := b.peak(p)
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, peak)
	}
	rows := []row{limited("peak memory of `nrepo whoami`, MB", median(peaks), 12, "%.1f", quartiles(peaks, "%.1f"))}
	more, err := b.ideasMemory()
	return append(rows, more...), err
}

// peak runs a command and returns its peak memory in MB.
func (b *bench) peak(p program) (float64, error) {
	cmd := exec.Command(b.path("baseline", "peak"), append([]string{p.path}, p.args[1:]...)...)
	cmd.Env, cmd.Dir = p.env, p.dir
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.path, err)
	}
	kib, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return kib * 1024 / 1e6, err
}
