package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// wantNoSecret fails the test if a stream contains any API key, or a secret that the run
// has stored.
func wantNoSecret(t *testing.T, server *nrepotest.Server, streams ...string) {
	t.Helper()
	var known []string
	if server != nil {
		known = append(known, server.APIKey)
		store := &authcfg.Store{Getenv: func(name string) string { return map[string]string{"NEURALREPO_CONFIG": server.Config}[name] }}
		if c, err := store.Load(); err == nil {
			known = append(known, c.APIKey.Reveal(), c.RefreshToken.Reveal())
		}
	}
	for _, text := range streams {
		for _, secret := range append(known, apiKeys.FindAllString(text, -1)...) {
			if secret != "" && strings.Contains(text, secret) {
				t.Errorf("a secret is in %q", strings.ReplaceAll(text, secret, "<secret>"))
			}
		}
	}
}

// shown matches the lines that show a new key on purpose.
var shown = regexp.MustCompile(`(?m)^(Key: | *"key": ")nrp_[0-9a-f]{64}.*$`)

// withoutShown returns text without these lines.
func withoutShown(text string) string { return shown.ReplaceAllString(text, "") }

// searched is the T of a script. It searches the whole log for secrets, except the output
// of commands that print a secret on purpose.
type searched struct{ *testing.T }

func (s searched) Verbose() bool { return true } // otherwise the log is cut short

func (s searched) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(searched{t}) })
}

func (s searched) Log(args ...any) {
	text := fmt.Sprint(args...)
	s.T.Log(text)
	wantNoSecret(s.T, nil, unrevealed(text))
}

// unrevealed returns the log of a script without the output of reveals, and without the
// variable KEY, which every script has.
func unrevealed(log string) string {
	var b strings.Builder
	revealing := false
	for line := range strings.Lines(log) {
		if strings.HasPrefix(line, "> ") {
			revealing = strings.HasPrefix(line, "> reveals ")
		}
		if !revealing && !strings.HasPrefix(line, "KEY=") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestUnrevealed(t *testing.T) {
	t.Parallel()
	const log = "KEY=zero\n> exits 0 a\n[stdout]\none\n> reveals 0 b\n[stdout]\ntwo\n> stdout x\nthree\n"
	if got := unrevealed(log); got != "> exits 0 a\n[stdout]\none\n> stdout x\nthree\n" {
		t.Errorf("%q", got)
	}
}
