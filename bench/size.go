//go:build linux

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// size holds the stripped programs to their limits, in MB of 1,000,000 bytes.
func (b *bench) size() ([]row, error) {
	size := make(map[string]float64)
	names, err := filepath.Glob(filepath.Join(b.bin, "nrepo*"))
	if err != nil {
		return nil, err
	}
	largest := ""
	for _, path := range names {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(path)
		size[name] = float64(info.Size()) / 1e6
		if name != "nrepo" && name != "nrepo-sandbox" && name != "nrepo-api" && size[name] > size[largest] {
			largest = name
		}
	}
	return []row{
		limited("size of `nrepo`, MB", size["nrepo"], 2, "%.2f", ""),
		limited("largest command that speaks HTTP, `"+largest+"`, MB", size[largest], 6.5, "%.2f", ""),
		limited("size of `nrepo-api`, which has the language of jq too, MB", size["nrepo-api"], 8, "%.2f", ""),
		limited("`nrepo`, `nrepo-login` and `nrepo-push` together, MB", size["nrepo"]+size["nrepo-login"]+size["nrepo-push"], 16, "%.2f", ""),
	}, nil
}

// memory measures the peak of a whole command.
func (b *bench) memory() ([]row, error) {
	server := httptest.NewServer(http.HandlerFunc(answerUser))
	defer server.Close()
	p, err := b.loggedIn(b.nrepo(nil, "whoami"), server.URL)
	if err != nil {
		return nil, err
	}
	var peaks []float64
	for range min(b.rounds, 50) {
		cmd := exec.Command(b.path("baseline", "peak"), append([]string{p.path}, p.args[1:]...)...)
		cmd.Env, cmd.Dir = p.env, p.dir
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		kib, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, kib*1024/1e6)
	}
	return []row{limited("peak memory of `nrepo whoami`, MB", median(peaks), 12, "%.1f", quartiles(peaks, "%.1f"))}, nil
}
