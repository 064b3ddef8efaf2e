package progfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// FuzzRead checks that the facts in a file, and the reason why it cannot run, are short and
// safe to print.
func FuzzRead(f *testing.F) {
	path := filepath.Join(f.TempDir(), "f")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got := NewReader().Read(path, "f", true)
		for what, s := range map[string]string{"summary": got.Summary, "module": got.Module, "version": got.Version} {
			wantHarmless(t, what, s)
			if strings.ContainsAny(s, "\n\t") {
				t.Errorf("%s of several lines: %q", what, s)
			}
		}
		if utf8.RuneCountInString(got.Summary) > maxSummary {
			t.Errorf("summary of %d characters", utf8.RuneCountInString(got.Summary))
		}
		for _, cause := range []error{syscall.ENOEXEC, syscall.ENOENT, syscall.EACCES} {
			problem, hint := WhyNotRun(path, cause)
			if wantHarmless(t, "the diagnosis", problem+hint); problem == "" || strings.Contains(problem+hint, "\n") || len(problem) > 4096 {
				t.Errorf("%v: %q, %q", cause, problem, hint)
			}
		}
	})
}

// wantHarmless fails if text could harm a terminal.
func wantHarmless(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, termtext.Unsafe) {
		t.Errorf("%s can harm a terminal: %q", what, text)
	}
}
