package plugin

import (
	"context"
	"strings"
	"testing"
)

// FuzzComplete holds that whatever words a shell sends, the answer is quiet,
// and each line of it one candidate that goes on with the word being typed.
func FuzzComplete(f *testing.F) {
	f.Fuzz(func(t *testing.T, line, offered string) {
		words := strings.Split(line, " ")
		p := newProcess(t, nil, append([]string{completeEntry}, words...)...)
		p.Complete = func(_ context.Context, w Word) []Candidate {
			return []Candidate{{Text: w.Prefix + offered, Help: offered}, {Text: offered}, {}}
		}
		if code := p.run(); code != ExitOK || p.stderr.Len() > 0 {
			t.Errorf("exit code %d, stderr %q", code, &p.stderr)
		}
		typed := words[len(words)-1]
		for line := range strings.Lines(p.stdout.String()) {
			candidate, help, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if candidate == "" || !strings.HasPrefix(candidate, typed) || strings.ContainsAny(help, "\t\r") {
				t.Errorf("%q: candidate %q", typed, line)
			}
		}
	})
}
