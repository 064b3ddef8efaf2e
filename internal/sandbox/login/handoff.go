package login

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (l *Logins) askHandoff(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	callback := r.URL.Query().Get("callback")
	if err := checkCallback(callback); err != nil {
		return err
	}
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, r.URL.RequestURI())
	}
	return l.askConsent(w, v, callback, consentQuestion{Action: handoffPath, Request: callback})
}

func (l *Logins) handoff(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	callback := r.PostForm.Get("request")
	if err := checkCallback(callback); err != nil {
		return err
	}
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, handoffPath+"?callback="+url.QueryEscape(callback))
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	if !approved {
		pages.SeeOther(w, joinQuery(callback, "error=access_denied"))
		return nil
	}
	key, err := l.Store.CreateKey(v.User.ID, "CLI (auto-generated)", strings.Fields(store.AllScopes))
	if err != nil {
		return err
	}
	pages.SeeOther(w, joinQuery(callback, "api_key="+key.Key))
	return nil
}

// checkCallback allows only addresses on this machine, because a key is sent there.
func checkCallback(callback string) error {
	u, err := url.Parse(callback)
	if err == nil && u.Scheme == "http" && u.User == nil && !strings.Contains(callback, "#") && len(callback) <= 2000 && isPort(u.Port()) {
		if u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback() {
			return nil
		}
	}
	return reply.BadRequest("The callback must be an http address on this machine, such as http://localhost:8000/callback.")
}

// joinQuery adds a parameter to a URL that may have other parameters.
func joinQuery(callback, parameter string) string {
	if strings.Contains(callback, "?") {
		return callback + "&" + parameter
	}
	return callback + "?" + parameter
}
