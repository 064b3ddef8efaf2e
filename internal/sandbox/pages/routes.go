package pages

import (
	"net/http"
	"strings"
)

// Routes adds the dashboard, the sign-in and the style.
func (p *Pages) Routes(mux *http.ServeMux) {
	p.Handle(mux, "GET /{$}", p.signedIn(p.dashboard))
	p.Handle(mux, "GET /ideas", p.signedIn(p.listIdeas))
	p.Handle(mux, "GET /ideas/{number}", p.signedIn(p.showIdea))
	p.Handle(mux, "GET /graph", p.signedIn(p.graph))
	p.Handle(mux, "POST /signin", p.signIn)
	p.Handle(mux, "POST /signout", p.signOut)
	p.Handle(mux, "POST /keys", p.signedIn(p.addKey))
	p.Handle(mux, "POST /keys/revoke", p.signedIn(p.dropKey))
	p.Handle(mux, "POST /logins/revoke", p.signedIn(p.dropLogin))
	for path, file := range map[string]string{"/style.css": "files/style.css", "/icon.svg": "files/icon.svg", "/favicon.ico": "files/icon.svg"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			setHeaders(w.Header())
			if strings.HasSuffix(file, ".svg") {
				w.Header().Set("Content-Type", "image/svg+xml")
			}
			http.ServeFileFS(w, r, files, file)
		})
	}
}
