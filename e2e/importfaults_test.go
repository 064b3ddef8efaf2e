package e2e

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/importfaults"
)

// TestImportFaults kills imports at random moments and loses every twentieth answer. No
// idea may be missing or exist twice. `make bench ONLY=import` does this 500 times.
func TestImportFaults(t *testing.T) {
	program := filepath.Join(binaries(t), "nrepo-ideas")
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			out, err := importfaults.Run(importfaults.Options{
				Program: program, Dir: t.TempDir(), Seed: seed, Ideas: 200, Kills: 10, Drop: 20, Docs: seed%2 == 1,
			})
			t.Logf("%+v", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}
