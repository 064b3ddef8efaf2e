package pages

import "net/http"

// Routes adds the dashboard, the sign-in and the style.
func (p *Pages) Routes(mux *http.ServeMux) {
	p.Handle(mux, "GET /{$}", p.signedIn(p.dashboard))
	p.Handle(mux, "POST /signin", p.signIn)
	p.Handle(mux, "POST /signout", p.signOut)
	p.Handle(mux, "POST /keys", p.signedIn(p.addKey))
	p.Handle(mux, "POST /keys/revoke", p.signedIn(p.dropKey))
	p.Handle(mux, "POST /logins/revoke", p.signedIn(p.dropLogin))
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		http.ServeFileFS(w, r, files, "files/style.css")
	})
}
