//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// writers change the config at once.
const writers = 50

// config runs processes that change the config at the same time, and checks that no change is
// lost. Each adds its number to the same field.
func (b *bench) config() ([]row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var longest []float64
	for round := range max(1, b.rounds/20) {
		file := b.path(fmt.Sprint("writers", round), "config.json")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		waits := make([]float64, writers)
		errs := make([]error, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				cmd := exec.Command(self, "-writer", strconv.Itoa(i+1))
				cmd.Env = append(b.env, "NEURALREPO_CONFIG="+file)
				out, err := cmd.Output()
				if err == nil {
					waits[i], err = strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
				}
				errs[i] = err
			})
		}
		all.Wait()
		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
		stored, err := (&authcfg.Store{Getenv: func(string) string { return file }}).Load()
		if err != nil {
			return nil, err
		}
		if got := len(strings.Fields(stored.UserID)); got != writers {
			return nil, fmt.Errorf("%d of %d changes are left", got, writers)
		}
		longest = append(longest, quantile(waits, 1))
	}
	return []row{limited("50 processes change the config at once, none lost; longest wait, s", quantile(longest, 1), 2, "%.2f", quartiles(longest, "%.2f"))}, nil
}

// writeConfig is one of the processes. It prints the time of its change in seconds.
func writeConfig(number int) error {
	start := time.Now()
	err := (&authcfg.Store{}).Update(context.Background(), func(c *authcfg.Config) error {
		c.UserID += " " + strconv.Itoa(number)
		return nil
	})
	if err == nil {
		fmt.Println(time.Since(start).Seconds())
	}
	return err
}
