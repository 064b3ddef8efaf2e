package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// notVariables are words in capitals in the programs that are not names of variables.
var notVariables = strings.Fields("GET HEAD PUT POST PATCH DELETE OPTIONS URL KEY NAME FILE DIR BROKEN FRX ID MZ")

// TestConfigurationPage checks that docs/configuration.md has every variable that the
// programs read or set.
func TestConfigurationPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, word := range append(regexp.MustCompile(`[A-Z][A-Z_]+`).FindAllString(string(page), -1), notVariables...) {
		known[word] = true
	}
	literal := regexp.MustCompile(`"([A-Z][A-Z_]*[A-Z])=?"`)
	seen := 0
	for _, root := range []string{"../cmd", "../pkg", "../internal/apihttp", "../internal/oauth"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range literal.FindAllStringSubmatch(string(source), -1) {
				seen++
				if !known[found[1]] {
					t.Errorf("%s: %s is not in docs/configuration.md", path, found[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Errorf("%d names", seen)
	}
}
