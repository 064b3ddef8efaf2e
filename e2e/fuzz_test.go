package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFuzzCorpora checks that `make fuzz` finds each fuzz target, that each has a
// committed corpus, and that each corpus has a target.
func TestFuzzCorpora(t *testing.T) {
	t.Parallel()
	target := regexp.MustCompile(`(?m)^func (Fuzz\w*)\(`)
	used := map[string]bool{} // corpora that have a target
	var corpora []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" && d.IsDir() {
			return fs.SkipDir
		}
		if d.IsDir() && filepath.Base(filepath.Dir(path)) == "fuzz" {
			corpora = append(corpora, path)
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range target.FindAllStringSubmatch(string(source), -1) {
			dir := filepath.Join(filepath.Dir(path), "testdata", "fuzz", m[1])
			used[dir] = true
			inputs, err := os.ReadDir(dir)
			if place := strings.Split(filepath.ToSlash(path), "/")[1]; err != nil || len(inputs) == 0 || place != "cmd" && place != "internal" && place != "pkg" {
				t.Errorf("%s: %s: %d inputs, %v", path, m[1], len(inputs), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range corpora {
		if !used[dir] {
			t.Errorf("%s is the corpus of no target", dir)
		}
	}
	if len(used) < 40 {
		t.Errorf("%d targets", len(used))
	}
}
