package pages

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzSignInNext checks that a form cannot lead to another site, as net/url reads the address
// and as a browser does, which treats \ as / and ignores line breaks and tabs.
func FuzzSignInNext(f *testing.F) {
	browser := strings.NewReplacer(`\`, "/", "\r", "", "\n", "", "\t", "")
	for _, next := range []string{"/", "//x", "/\\x", "/a?b=c", "\x00", "/\x7f", "http://x", "/%2f/x"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		path := localPath(next)
		u, err := (&url.URL{Scheme: "http", Host: "127.0.0.1:1"}).Parse(path)
		if seen := browser.Replace(path); err == nil && u.Host != "127.0.0.1:1" || !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Errorf("%q leads to %q", next, path)
		}
	})
}
