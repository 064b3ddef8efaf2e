package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// handoffPath is where the live service's own command line begins a browser
// login: no code, no PKCE, an API key in the redirect.
const handoffPath = "/auth/cli"

func (s *Server) handoffRoutes() {
	s.page("GET "+handoffPath, s.askHandoff)
	s.page("POST "+handoffPath, s.handoff)
}

func (s *Server) askHandoff(w http.ResponseWriter, r *http.Request, v visitor) error {
	callback := r.URL.Query().Get("callback")
	if err := checkCallback(callback); err != nil {
		return err
	}
	if !v.signedIn() {
		return s.askSignIn(w, v, r.URL.RequestURI())
	}
	return s.askConsent(w, v, callback, consentQuestion{Action: handoffPath, Request: callback})
}

func (s *Server) handoff(w http.ResponseWriter, r *http.Request, v visitor) error {
	callback := r.PostForm.Get("request")
	if err := checkCallback(callback); err != nil {
		return err
	}
	if !v.signedIn() {
		return s.askSignIn(w, v, handoffPath+"?callback="+url.QueryEscape(callback))
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	if !approved {
		seeOther(w, s.joinQuery(callback, "error=access_denied"))
		return nil
	}
	key, err := s.mintKey(v.user.ID, "CLI (auto-generated)", strings.Fields(allScopes))
	if err != nil {
		return err
	}
	seeOther(w, s.joinQuery(callback, "api_key="+key.Key))
	return nil
}

// checkCallback allows addresses on this machine alone: a key is sent there.
func checkCallback(callback string) error {
	u, err := url.Parse(callback)
	if err == nil && u.Scheme == "http" && u.User == nil && !strings.Contains(callback, "#") && len(callback) <= 2000 {
		ip := net.ParseIP(u.Hostname())
		if u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return nil
		}
	}
	return badRequest("The callback must be an http address on this machine, such as http://localhost:8000/callback.")
}

// joinQuery adds a parameter to a URL that may have some. Options.NaiveHandoff
// makes the mistake of those who forget that.
func (s *Server) joinQuery(callback, parameter string) string {
	if strings.Contains(callback, "?") && !s.opts.NaiveHandoff {
		return callback + "&" + parameter
	}
	return callback + "?" + parameter
}
