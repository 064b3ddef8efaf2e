package sandbox

import (
	"net"
	"net/url"
	"strings"
	"testing"
)

// FuzzHost checks that a Host is accepted only if it names this machine, without a resolver,
// and our port.
func FuzzHost(f *testing.F) {
	f.Fuzz(func(t *testing.T, host string) {
		if !ownHost(host, 8787) {
			return
		}
		name, port, err := net.SplitHostPort(host)
		if err != nil || port != "8787" || strings.ToLower(name) != "localhost" && !net.ParseIP(name).IsLoopback() {
			t.Errorf("%q is taken", host)
		}
	})
}

// tooLong reports whether a text, with every byte escaped, may be too long for the header of
// a request, which net/http then refuses.
func tooLong(text string) bool { return len(text) > 10_000 }

// FuzzQuery checks that no query for a list causes an internal error.
func FuzzQuery(f *testing.F) {
	s := start(f, Options{RateLimit: 1 << 40})
	alice(f, s).want(201, "POST", "/ideas", `{"title":"a","tags":["b"]}`)
	f.Fuzz(func(t *testing.T, query string) {
		if tooLong(query) {
			return
		}
		u := &url.URL{RawQuery: query}
		if _, err := url.Parse("?" + query); err != nil || strings.ContainsAny(query, " #") {
			u.RawQuery = url.QueryEscape(query) // net/http sends no other
		}
		if a := (client{t, s, s.APIKey()}).do("GET", "/ideas"+u.String(), ""); a.status != 200 && a.status != 400 {
			t.Errorf("%q: %d %v", query, a.status, a.body)
		}
	})
}

// FuzzPage checks that a form is found on a page with any text after it, and none on a page
// without a form.
func FuzzPage(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc string) {
		const form = `<h1>A</h1><form action="/b"><button name="decision" value="approve">B</button></form><p>C</p>`
		if page := readPage(form + doc); !strings.HasPrefix(page.text, "A. C.") || page.form("approve") == nil || page.forms[0].action != "/b" {
			t.Errorf("%q has the forms %v and the text %q", form+doc, page.forms, page.text)
		}
		page := readPage(doc)
		if len(page.forms) > strings.Count(strings.ToLower(doc), "form") || len(page.text) > 4*len(doc)+2 {
			t.Errorf("%q has %d forms and the text %q", doc, len(page.forms), page.text)
		}
	})
}
