// Package pages has the sandbox's web pages: the sign-in, the dashboard, and the templates and
// the style of all pages.
package pages

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

//go:embed files
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"time":        func(iso string) string { return strings.Replace(iso[:len("2006-01-02T15:04")], "T", " ", 1) },
	"listAddress": listAddress,
	"outgoing":    outgoing,
	"incoming":    incoming,
	"relations":   func() []string { return append(slices.Clone(store.RelationTypes), "duplicate") },
}).ParseFS(files, "files/*.html"))

// Pages are the sandbox's pages.
type Pages struct {
	Store    *store.Store
	UserID   string // who signs in
	Port     int    // of the sandbox
	APIURL   string // to be shown
	NeedsKey bool   // signing in needs an API key, because other machines can reach the page
	Logf     func(format string, args ...any)

	newKeys newKeys
}

// view is the data for a template.
type view struct {
	Page     string // name of the template
	User     store.User
	SignedIn bool
	CSRF     string
	Data     any
}

func noPage() error {
	return &reply.Problem{Status: http.StatusNotFound, Text: "There is no such page."}
}

// Message is a page with one message.
type Message struct{ Title, Text string }

// Render sends a page by its template's name. It executes the template first, so that an error
// does not leave half a page.
func (p *Pages) Render(w http.ResponseWriter, status int, v Visitor, name string, data any) error {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name+".html", view{Page: name, User: v.User, SignedIn: v.SignedIn(), CSRF: v.csrf(), Data: data})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // an error here means that the client has disconnected
	return nil
}

func (p *Pages) renderError(w http.ResponseWriter, v Visitor, err error) {
	problem := reply.AsProblem(err, p.Logf)
	for name, values := range problem.Header {
		w.Header()[name] = values
	}
	text := problem.Text
	if problem.Status == http.StatusInternalServerError {
		text = "The sandbox failed. Its log says why."
	}
	if err := p.Render(w, problem.Status, v, "message", Message{"That did not work", text}); err != nil {
		p.Logf("internal error: %v", err)
		w.WriteHeader(problem.Status)
	}
}

// AllowForms also lets the forms of the page redirect to the given addresses
// (Content-Security-Policy, form-action).
func AllowForms(w http.ResponseWriter, places string) {
	w.Header().Set("Content-Security-Policy", contentPolicy("'self' "+places))
}

// contentPolicy allows only the stylesheet, and forms that lead to the given addresses: no
// scripts, no frame around the page, nothing from other sites.
func contentPolicy(forms string) string {
	return "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " + forms
}

func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy("'self'"))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // no-referrer would hide the Origin of our own forms
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// SeeOther redirects the browser. With 303 a POST becomes a GET, so that the form is not sent
// again (RFC 9700, 4.12).
func SeeOther(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}
