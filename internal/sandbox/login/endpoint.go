package login

import (
	"mime"
	"net/http"
	"net/url"
	"regexp"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

const maxForm = 64 << 10 // bytes

// endpoint adds an endpoint for clients: it receives a form by POST and returns a JSON
// object.
func (l *Logins) endpoint(mux *http.ServeMux, path string, h func(form url.Values) (any, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		form, err := readClientForm(w, r)
		var out any
		if err == nil {
			out, err = h(form)
		}
		if err != nil {
			l.writeError(w, err)
			return
		}
		reply.JSON(w, http.StatusOK, out)
	})
}

// readClientForm reads the form of a client without a secret, which identifies itself only
// with client_id (RFC 6749, 2.3 and 3.2.1).
func readClientForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return nil, oidc.ErrInvalidRequest().WithDescription("The Content-Type must be application/x-www-form-urlencoded.")
	}
	if r.URL.RawQuery != "" {
		return nil, oidc.ErrInvalidRequest().WithDescription("Parameters belong in the body, not in the URL.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, oidc.ErrInvalidRequest().WithDescription("The form cannot be read.")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, repeated(name)
		}
	}
	if r.Header.Get("Authorization") != "" || r.PostForm.Has("client_secret") || r.PostForm.Has("client_assertion") {
		return nil, oidc.ErrInvalidClient().WithDescription("The client has no secret: send client_id in the form alone.")
	}
	if r.PostForm.Get("client_id") != store.ClientID {
		return nil, oidc.ErrInvalidClient().WithDescription("The client_id is not known here.")
	}
	return r.PostForm, nil
}

func repeated(name string) *oidc.Error {
	if !regexp.MustCompile(`^[a-z_]{1,30}$`).MatchString(name) {
		name = "A parameter"
	}
	return oidc.ErrInvalidRequest().WithDescription("%s is given more than once.", name)
}

func missing(name string) *oidc.Error {
	return oidc.ErrInvalidRequest().WithDescription("%s is missing.", name)
}
