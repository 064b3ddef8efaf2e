package plugin

import (
	"context"
	"strings"
	"testing"
)

// FuzzComplete checks that for any words from a shell, there is no message on stderr, and
// each line of the output is a candidate that starts with the word being typed.
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

// FuzzSetFlags checks that no command line causes a panic, and that no message repeats an
// API key.
func FuzzSetFlags(f *testing.F) {
	for _, line := range []string{
		"", "a --text x -- --json", "list --tag", "--loud=" + apiKey, "--=", "-", "---", "--\x1b[2J", "group one -n=3 -n", "--json --human",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.HasPrefix(line, completeEntry) {
			return // see FuzzComplete
		}
		p := newProcess(t, nil, append(strings.Split(line, " "), apiKey)...)
		code := p.run()
		if code != ExitUsage || p.stdout.Len() > 0 || strings.Contains(p.stderr.String(), apiKey[4:20]) {
			t.Errorf("with a key: exit code %d, stdout %q, stderr %q", code, &p.stdout, &p.stderr)
		}
		p = newProcess(t, nil, strings.Split(line, " ")...)
		switch code := p.run(); code {
		case ExitOK:
			if p.stderr.Len() > 0 {
				t.Errorf("stderr %q", &p.stderr)
			}
		case ExitUsage, ExitFailure:
			if p.stdout.Len() > 0 || p.stderr.Len() == 0 {
				t.Errorf("stdout %q, stderr %q", &p.stdout, &p.stderr)
			}
		default:
			t.Errorf("exit code %d", code)
		}
	})
}
