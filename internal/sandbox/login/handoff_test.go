package login

import (
	"net"
	"net/url"
	"strings"
	"testing"
)

// FuzzCallback checks that an accepted callback leads to this machine, also after the key is
// added.
func FuzzCallback(f *testing.F) {
	f.Fuzz(func(t *testing.T, callback string) {
		if checkCallback(callback) != nil {
			return
		}
		u, err := url.Parse(joinQuery(callback, "api_key=x"))
		if err != nil || u.Scheme != "http" || u.User != nil || u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback() {
			t.Fatalf("%q leads to %v, %v", callback, u, err)
		}
		if !strings.HasSuffix("&"+u.RawQuery, "&api_key=x") {
			t.Errorf("%q becomes %q", callback, u)
		}
	})
}
