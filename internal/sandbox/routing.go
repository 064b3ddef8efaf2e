package sandbox

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// routesOf returns a mux whose plain-text 404 and 405 are replaced: by the API's JSON errors,
// or by a page for a person.
func routesOf(mux *http.ServeMux, page http.HandlerFunc, log *lineLog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A mux redirects //ideas to /ideas with a page.
		h, pattern := mux.Handler(r)
		if pattern != "" && r.URL.Path == path.Clean(r.URL.Path) {
			mux.ServeHTTP(w, r)
			return
		}
		own := &discardWriter{header: http.Header{}}
		h.ServeHTTP(own, r)
		if own.status == http.StatusMethodNotAllowed {
			reply.Error(w, &reply.Problem{Status: own.status, Text: "Method not allowed", Header: http.Header{"Allow": own.header["Allow"]}}, log.printf)
			return
		}
		if r.Method == http.MethodGet && !forPrograms(r.URL.Path) {
			page(w, r)
			return
		}
		reply.Error(w, reply.NoRoute(), log.printf)
	})
}

// forPrograms reports whether a path is for programs only, not for a browser.
func forPrograms(at string) bool {
	return slices.ContainsFunc([]string{"/api/", "/oauth/", "/.well-known/", "/mcp/"}, func(prefix string) bool {
		return strings.HasPrefix(path.Clean(at)+"/", prefix)
	})
}

// discardWriter keeps the status and header of an answer, and discards the body.
type discardWriter struct {
	header http.Header
	status int
}

func (w *discardWriter) Header() http.Header         { return w.header }
func (w *discardWriter) WriteHeader(status int)      { w.status = status }
func (w *discardWriter) Write(p []byte) (int, error) { return len(p), nil }
