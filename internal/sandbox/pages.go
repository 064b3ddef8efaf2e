package sandbox

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"time"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"time": func(iso string) string { return strings.Replace(iso[:len("2006-01-02T15:04")], "T", " ", 1) },
}).ParseFS(pageFiles, "pages/*.html"))

const (
	maxForm        = 64 << 10            // bytes of a form
	signInLifetime = 30 * 24 * time.Hour // of the pages' cookie, as on the live service
)

// visitor is the browser that asks for a page. Each has a random token in a
// cookie, also before anybody has signed in.
type visitor struct {
	token string
	user  user // the zero user before the sign-in
}

func (v visitor) signedIn() bool { return v.user.ID != "" }

// csrf is the token of the visitor's forms. It is made from the cookie, which
// no other site can read.
func (v visitor) csrf() string {
	sum := sha256.Sum256([]byte("csrf " + v.token))
	return hex.EncodeToString(sum[:])
}

// view is what a template gets.
type view struct {
	User     user
	SignedIn bool
	CSRF     string
	Data     any
}

// message is a page that says one thing.
type message struct{ Title, Text string }

// page adds a route for browsers. A POST must bring the token of the page's own
// form. Its error is shown as a page.
func (s *Server) page(pattern string, h func(http.ResponseWriter, *http.Request, visitor) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		setPageHeaders(w.Header())
		v, err := s.visitor(w, r)
		if err == nil && r.Method == http.MethodPost {
			err = checkForm(w, r, v)
		}
		if err == nil {
			err = h(w, r, v)
		}
		if err != nil {
			s.renderError(w, v, err)
		}
	})
}

// contentPolicy allows the stylesheet, and forms that lead to the given places:
// no script, no frame around the page, nothing from elsewhere.
func contentPolicy(forms string) string {
	return "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " + forms
}

func setPageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy("'self'"))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // no-referrer would hide the Origin of our own forms
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

func checkForm(w http.ResponseWriter, r *http.Request, v visitor) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return badRequest("The form cannot be read.")
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("csrf")), []byte(v.csrf())) != 1 {
		return &problem{status: http.StatusForbidden, text: "This form is not from this page, or has expired. Go back, reload and try again."}
	}
	return nil
}

var tokenForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// visitor finds out who asks. A browser that is new gets a cookie.
func (s *Server) visitor(w http.ResponseWriter, r *http.Request) (v visitor, err error) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || !tokenForm.MatchString(cookie.Value) {
		if v.token, err = s.randomHex(); err == nil {
			s.setCookie(w, v.token)
		}
		return v, err
	}
	v.token = cookie.Value
	var userID string
	err = s.store.read.QueryRow("SELECT user_id FROM browsers WHERE token_hash = ? AND expires_at > ?", hash(v.token), s.timestamp()).
		Scan(&userID)
	if isNoRows(err) {
		return v, nil
	}
	if err == nil {
		v.user, err = loadUser(s.store.read, userID)
	}
	return v, err
}

// cookieName has the port in it: cookies do not know ports, and two sandboxes
// must not sign each other's people out.
func (s *Server) cookieName() string { return fmt.Sprint("nrepo_sandbox_", s.addr.Port) }

func (s *Server) setCookie(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{
		Name:     s.cookieName(),
		Value:    token,
		Path:     "/",
		MaxAge:   int(signInLifetime / time.Second),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode, // Strict would hide it from a login that a terminal opens
	})
}

// signInQuestion is what the sign-in page shows.
type signInQuestion struct {
	Next     string // path to go on to
	NeedsKey bool   // one button is not enough
	Wrong    bool   // the key was
}

// askSignIn shows the sign-in page and goes on to the path next afterwards.
func (s *Server) askSignIn(w http.ResponseWriter, v visitor, next string) error {
	return s.render(w, http.StatusOK, v, "signin", signInQuestion{Next: next, NeedsKey: s.opts.AllowRemote})
}

// signIn makes the visitor the sandbox's one user. Where other machines can
// reach the page, that takes an API key.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request, v visitor) error {
	next := localPath(r.PostForm.Get("next"))
	if s.opts.AllowRemote {
		if who, err := s.callerByKey(r.PostForm.Get("api_key")); err != nil || who.user.ID != aliceID {
			return s.render(w, http.StatusForbidden, v, "signin", signInQuestion{Next: next, NeedsKey: true, Wrong: true})
		}
	}
	token, err := s.randomHex() // another one, as somebody could have planted the first
	if err != nil {
		return err
	}
	err = s.store.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO browsers (token_hash, user_id, expires_at) VALUES (?, ?, ?)",
			hash(token), aliceID, s.after(signInLifetime))
		return err
	})
	if err != nil {
		return err
	}
	s.setCookie(w, token)
	seeOther(w, next)
	return nil
}

func (s *Server) signOut(w http.ResponseWriter, _ *http.Request, v visitor) error {
	err := s.store.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM browsers WHERE token_hash = ?", hash(v.token))
		return err
	})
	if err != nil {
		return err
	}
	seeOther(w, "/")
	return nil
}

// localPath is a path on this server, or the dashboard: a form must not lead
// elsewhere.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// render sends a page. It is made whole first, so that a fault is not half a
// page.
func (s *Server) render(w http.ResponseWriter, status int, v visitor, name string, data any) error {
	var b bytes.Buffer
	err := pages.ExecuteTemplate(&b, name+".html", view{User: v.user, SignedIn: v.signedIn(), CSRF: v.csrf(), Data: data})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // a failure is the client's connection
	return nil
}

func (s *Server) renderError(w http.ResponseWriter, v visitor, err error) {
	var p *problem
	if !errors.As(err, &p) {
		s.logf("internal error: %v", err)
		p = &problem{status: http.StatusInternalServerError, text: "The sandbox failed. Its log says why."}
	}
	if err := s.render(w, p.status, v, "message", message{Title: "That did not work", Text: p.text}); err != nil {
		s.logf("internal error: %v", err)
		w.WriteHeader(p.status)
	}
}
