package pages

import (
	"net/http"
	"strings"
)

// signInQuestion is the data for the sign-in page.
type signInQuestion struct {
	Next     string // path to continue with
	NeedsKey bool   // ask for an API key too
	Wrong    bool   // the key was wrong
}

// AskSignIn shows the sign-in page. After the sign-in, the browser goes to the path
// next.
func (p *Pages) AskSignIn(w http.ResponseWriter, v Visitor, next string) error {
	return p.Render(w, http.StatusOK, v, "signin", signInQuestion{Next: next, NeedsKey: p.NeedsKey})
}

// signedIn calls h for visitors who are signed in, and asks others to sign in.
func (p *Pages) signedIn(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request, v Visitor) error {
		if v.SignedIn() {
			return h(w, r, v)
		}
		next := "/"
		if r.Method == http.MethodGet {
			next = r.URL.RequestURI()
		}
		return p.AskSignIn(w, v, next)
	}
}

// signIn signs the visitor in as the sandbox's only user. If other machines can reach the
// page, this needs an API key.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, v Visitor) error {
	next := localPath(r.PostForm.Get("next"))
	if p.NeedsKey {
		if who, err := p.Store.CallerByKey(r.PostForm.Get("api_key")); err != nil || who.User.ID != p.UserID {
			return p.Render(w, http.StatusForbidden, v, "signin", signInQuestion{Next: next, NeedsKey: true, Wrong: true})
		}
	}
	token, err := p.Store.SignIn(p.UserID) // a new token, because an attacker may have set the old one
	if err != nil {
		return err
	}
	p.setCookie(w, token)
	SeeOther(w, next)
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, _ *http.Request, v Visitor) error {
	if err := p.Store.SignOut(v.token); err != nil {
		return err
	}
	SeeOther(w, "/")
	return nil
}

// localPath returns the path if it is on this server, else the dashboard, because a form must
// not lead to another site.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
