package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Visitor is the browser that requests a page. Each has a random token in a cookie, even
// before it signs in.
type Visitor struct {
	User  store.User // the zero user before the sign-in
	token string
}

// SignedIn reports whether the browser is signed in.
func (v Visitor) SignedIn() bool { return v.User.ID != "" }

// csrf returns the token of the visitor's forms. It is derived from the cookie, which no other
// site can read.
func (v Visitor) csrf() string {
	sum := sha256.Sum256([]byte("csrf " + v.token))
	return hex.EncodeToString(sum[:])
}

var tokenForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// visitor returns the visitor of a request. A new browser gets a cookie.
func (p *Pages) visitor(w http.ResponseWriter, r *http.Request) (v Visitor, err error) {
	cookie, err := r.Cookie(p.cookieName())
	if err != nil || !tokenForm.MatchString(cookie.Value) {
		if v.token, err = p.Store.NewToken(); err == nil {
			p.setCookie(w, v.token)
		}
		return v, err
	}
	v.token = cookie.Value
	v.User, err = p.Store.BrowserUser(v.token)
	if errors.Is(err, store.ErrUnknown) {
		err = nil
	}
	return v, err
}

// cookieName contains the port. Cookies are shared by all ports, and two sandboxes must not
// sign out each other's users.
func (p *Pages) cookieName() string { return fmt.Sprint("nrepo_sandbox_", p.Port) }

func (p *Pages) setCookie(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{
		Name:     p.cookieName(),
		Value:    token,
		Path:     "/",
		MaxAge:   int(store.BrowserLifetime / time.Second),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode, // with Strict, a login that a terminal opens would not get it
	})
}
