package callback

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
)

// Page is a page for the browser. It contains nothing from a request.
type Page struct {
	status int
	mark   string // content of an SVG with 24 by 24 units
	class  string
	title  string
	text   string // plain text
}

const (
	markDone   = `<path d="M5 13l5 5L20 7"/>`
	markDenied = `<path d="M7 7l10 10M17 7L7 17"/>`
	markOdd    = `<path d="M12 5v9M12 18v.5"/>`
)

// The pages at the end of a login that failed; for success, see [LoggedIn].
var (
	Denied = Page{200, markDenied, "bad", "Not authorised", "You denied the login, so nrepo has no access. Nothing was changed."}
	Failed = Page{200, markOdd, "bad", "The login did not work", "The terminal shows why. An earlier login is still stored."}
	Over   = Page{200, markOdd, "bad", "The login has ended", "It was cancelled or took too long. Run nrepo login again."}
)

var (
	foreign     = Page{400, markOdd, "odd", "This is not the expected answer", "It does not belong to the login in your terminal, which is still waiting. Use the address that nrepo login printed."}
	notFound    = Page{404, markOdd, "odd", "Page not found", "This server only receives the answer to nrepo login."}
	wrongMethod = Page{405, markOdd, "odd", "Unexpected request", "This server only receives the answer to nrepo login."}
	misdirected = Page{421, markOdd, "odd", "Wrong host name", "This server only receives the answer to nrepo login."}
)

// LoggedIn returns the page for success. who must be safe text, as from
// [output.Shorten].
func LoggedIn(who string) Page {
	if runes := []rune(who); len(runes) > maxWho {
		who = string(runes[:maxWho]) + "…"
	}
	return Page{200, markDone, "good", "You are logged in", "Logged in as " + who + ". Close this tab and go back to the terminal."}
}

// maxWho is the longest e-mail address (RFC 5321, section 4.5.3.1.3).
const maxWho = 254

//go:embed page.html
var pageHTML string

// write sends the page. It does not use html/template, which would add 3 MB to the
// program.
func (p Page) write(w http.ResponseWriter) {
	body := strings.NewReplacer(
		"{{class}}", p.class,
		"{{mark}}", p.mark,
		"{{title}}", escaped(p.title),
		"{{text}}", escaped(p.text),
	).Replace(pageHTML)
	h := w.Header()
	secure(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash(body)+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.WriteHeader(p.status)
	io.WriteString(w, body)
}

// escaped returns text for a page. Package html would do the same, but adds 0.06 MB to
// the program, for names of characters that only reading a page needs.
func escaped(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text))
	return b.String()
}

// secure sets headers that forbid scripts, frames, caching and a Referer.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

// styleHash is the CSP source that allows only the style of the page.
func styleHash(html string) string {
	_, rest, _ := strings.Cut(html, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
