package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestContractPage holds docs/plugin-contract.md to the programs: the variables
// that the code names, the names of commands, and the exit codes.
func TestContractPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/plugin-contract.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	variable := regexp.MustCompile(`\b(?:NREPO|NEURALREPO)_[A-Z_]+\b`)
	var inCode []string
	for _, pattern := range []string{"../cmd/nrepo/*.go", "../cmd/nrepo-login/*.go", "../pkg/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, literal := range regexp.MustCompile(`"(?:NREPO|NEURALREPO)_[A-Z_]+"`).FindAllString(string(source), -1) {
				inCode = append(inCode, strings.Trim(literal, `"`))
			}
		}
	}
	slices.Sort(inCode)
	inCode = slices.Compact(inCode)
	inPage := variable.FindAllString(page, -1)
	slices.Sort(inPage)
	inPage = slices.Compact(inPage)
	if !slices.Equal(inCode, inPage) {
		t.Errorf("the code names %q, the page %q", inCode, inPage)
	}

	source, err := os.ReadFile("../cmd/nrepo/official.go")
	if err != nil {
		t.Fatal(err)
	}
	_, names, _ := strings.Cut(page, "## Names")
	names, _, _ = strings.Cut(names, "## Lookup")
	for _, name := range regexp.MustCompile(`"([a-z]{2,})"[,:]`).FindAllStringSubmatch(string(source), -1) {
		if !strings.Contains(names, "`"+name[1]+"`") {
			t.Errorf("the page does not name %s", name[1])
		}
	}
	for _, code := range []string{"0", "1", "2", "3", "4", "5", "126", "127"} {
		if !strings.Contains(page, "\n| "+code+" | ") {
			t.Errorf("the page does not explain exit code %s", code)
		}
	}
}
