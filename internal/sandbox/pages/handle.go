package pages

import (
	"crypto/subtle"
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

const maxForm = 64 << 10 // bytes

// Handler answers with a page. Its error is shown as a page.
type Handler func(http.ResponseWriter, *http.Request, Visitor) error

// Handle adds a route for browsers. A POST must contain the token from the page's form.
func (p *Pages) Handle(mux *http.ServeMux, pattern string, h Handler) {
	mux.HandleFunc(pattern, p.handler(h))
}

// NotFound answers requests for a page that does not exist.
func (p *Pages) NotFound(w http.ResponseWriter, r *http.Request) {
	p.handler(func(http.ResponseWriter, *http.Request, Visitor) error { return noPage() })(w, r)
}

func (p *Pages) handler(h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		v, err := p.visitor(w, r)
		if err == nil && r.Method == http.MethodPost {
			err = checkForm(w, r, v)
		}
		if err == nil {
			err = h(w, r, v)
		}
		if err != nil {
			p.renderError(w, v, err)
		}
	}
}

func checkForm(w http.ResponseWriter, r *http.Request, v Visitor) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return reply.BadRequest("The form cannot be read.")
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("csrf")), []byte(v.csrf())) != 1 {
		return reply.Forbidden("This form is not from this page, or has expired. Go back, reload and try again.")
	}
	return nil
}
