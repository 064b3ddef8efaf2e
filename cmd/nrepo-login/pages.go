package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
)

// page is a page that the browser shows. Its texts are ours alone: nothing of
// a request or a server's answer is repeated. They are constants free of
// markup, so nothing is escaped: html/template would add three megabytes.
type page struct {
	status int
	mark   string // inside of an SVG of 24 units
	class  string
	title  string
	text   string
}

const (
	markDone   = `<path d="M5 13l5 5L20 7"/>`
	markDenied = `<path d="M7 7l10 10M17 7L7 17"/>`
	markOdd    = `<path d="M12 5v9M12 18v.5"/>`
)

var (
	pageSuccess     = page{200, markDone, "good", "You are logged in", "Close this tab and go back to the terminal."}
	pageDenied      = page{200, markDenied, "bad", "Not authorised", "You said no, so nrepo has no access. Nothing was changed."}
	pageFailed      = page{200, markOdd, "bad", "The login did not work", "The terminal says why. An earlier login is still in place."}
	pageOver        = page{200, markOdd, "bad", "The login is over", "It was cancelled or took too long. Run nrepo login again."}
	pageForeign     = page{400, markOdd, "odd", "This is not the answer nrepo waits for", "It does not belong to the login in your terminal, which goes on. Use the address that nrepo login printed."}
	pageNotFound    = page{404, markOdd, "odd", "There is nothing here", "This address only takes the answer to nrepo login."}
	pageMethod      = page{405, markOdd, "odd", "That is not how a login comes back", "This address only takes the answer to nrepo login."}
	pageMisdirected = page{421, markOdd, "odd", "This is not the host you asked for", "This address only takes the answer to nrepo login."}
)

// outcomeOf returns the page for the end of a login.
func outcomeOf(err error) page {
	switch {
	case err == nil:
		return pageSuccess
	case errors.Is(err, errDenied):
		return pageDenied
	case errors.Is(err, errTimedOut), errors.Is(err, context.Canceled):
		return pageOver
	}
	return pageFailed
}

//go:embed page.html
var pageHTML string

// write sends the page with headers that leave it inert: no script, no
// resource, no frame, no trace in a cache or a Referer.
func (p page) write(w http.ResponseWriter) {
	body := strings.NewReplacer("{{class}}", p.class, "{{mark}}", p.mark, "{{title}}", p.title, "{{text}}", p.text).Replace(pageHTML)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash(body)+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.status)
	io.WriteString(w, body)
}

// styleHash is the CSP source of the page's own style and of no other.
func styleHash(html string) string {
	_, rest, _ := strings.Cut(html, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
