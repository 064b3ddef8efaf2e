package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/manpage"
)

// TestManualIsTheHelp checks that the manual page of every program contains all lines of
// its help and of the help of its subcommands.
func TestManualIsTheHelp(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob(filepath.Join(binaries(t), "nrepo*"))
	if err != nil || len(programs) < 8 {
		t.Fatalf("programs %q: %v", programs, err)
	}
	for _, path := range programs {
		help, subs, err := manpage.Collect(path)
		if err != nil {
			t.Error(err)
			continue
		}
		name := filepath.Base(path)
		page := readable(manpage.FromHelp(manpage.Page{Name: name, Section: 1, Date: time.Unix(0, 0)}, help, subs))
		for _, sub := range subs {
			help += sub.Help
		}
		for line := range strings.Lines(help) {
			words := readable(strings.TrimSuffix(strings.TrimSpace(line), ":"))
			words = strings.TrimPrefix(words, "usage: ")
			words = strings.Replace(words, name+", the", name+" - the", 1)
			if !strings.Contains(page, words) && !strings.Contains("usage, flags, exit codes", words) {
				t.Errorf("the page of %s lacks %q", name, words)
			}
		}
	}
	if strings.Contains(readable(manpage.FromHelp(manpage.Page{Name: "nrepo"}, "One\n\nUsage:\n  nrepo\n", nil)), "two") {
		t.Error("the comparison finds what is not there")
	}
}

var macro = regexp.MustCompile(`(?m)^\.\w+ ?`)

// readable returns the text of a manual page or a help text without macros and escapes,
// in lower case, with single spaces.
func readable(s string) string {
	s = macro.ReplaceAllString(s, "")
	s = strings.NewReplacer(`\-`, "-", `\e`, `\`, `\(aq`, "'", `\(ga`, "`", `\(ha`, "^", `\(ti`, "~", `\(dq`, `"`,
		`\fB`, "", `\fR`, "", `\&`, "", `\[u2014]`, "—", `\[u2026]`, "…").Replace(s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
