package sandbox

import (
	"database/sql"
	"net/http"
	"strconv"
	"strings"
)

func (s *Server) dashboardRoutes() {
	s.page("GET /{$}", s.dashboard)
	s.page("POST /signin", s.signIn)
	s.page("POST /signout", s.signOut)
	s.page("POST /keys", s.signedIn(s.addKey))
	s.page("POST /keys/revoke", s.signedIn(s.dropKey))
	s.page("POST /logins/revoke", s.signedIn(s.dropLogin))
	s.mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		setPageHeaders(w.Header())
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
}

// dashboardView is everything on the dashboard.
type dashboardView struct {
	APIURL string
	NewKey newKey // just made, shown once
	Keys   []maskedKey
	Logins []liveLogin
	Ideas  []idea
}

// liveLogin is a login with a token that still works.
type liveLogin struct {
	ID        int64
	Kind      string
	Scopes    string
	CreatedAt string
	ExpiresAt sql.NullString // of the access token
	Refreshes bool
}

// signedIn lets only a visitor through who is.
func (s *Server) signedIn(h func(http.ResponseWriter, *http.Request, visitor) error) func(http.ResponseWriter, *http.Request, visitor) error {
	return func(w http.ResponseWriter, r *http.Request, v visitor) error {
		if !v.signedIn() {
			return s.askSignIn(w, v, "/")
		}
		return h(w, r, v)
	}
}

func (s *Server) dashboard(w http.ResponseWriter, _ *http.Request, v visitor) error {
	if !v.signedIn() {
		return s.askSignIn(w, v, "/")
	}
	return s.showDashboard(w, v, newKey{})
}

func (s *Server) showDashboard(w http.ResponseWriter, v visitor, made newKey) error {
	all := dashboardView{APIURL: s.APIURL(), NewKey: made}
	var err error
	if all.Keys, err = s.loadKeys(v.user.ID); err != nil {
		return err
	}
	if all.Logins, err = s.loadLogins(v.user.ID); err != nil {
		return err
	}
	rows, err := s.store.read.Query(`SELECT `+ideaColumns+` FROM ideas i
		WHERE i.user_id = ? AND i.is_archived = 0 ORDER BY i.id DESC LIMIT 20`, v.user.ID)
	if err != nil {
		return err
	}
	if all.Ideas, err = collect(rows, ideaTargets); err != nil {
		return err
	}
	return s.render(w, http.StatusOK, v, "dashboard", all)
}

func (s *Server) loadLogins(userID string) ([]liveLogin, error) {
	now := s.timestamp()
	rows, err := s.store.read.Query(`SELECT * FROM (
		SELECT l.id, CASE WHEN l.user_code IS NOT NULL THEN 'device' WHEN l.redirect_uri IS NOT NULL THEN 'browser' ELSE 'test' END,
			l.scopes, l.created_at,
			(SELECT max(expires_at) FROM sessions WHERE login_id = l.id AND expires_at > ?) AS access,
			EXISTS (SELECT 1 FROM refresh_tokens WHERE login_id = l.id AND is_used = 0 AND expires_at > ?) AS refreshes
		FROM logins l WHERE l.user_id = ? AND l.state = 'used')
		WHERE access IS NOT NULL OR refreshes ORDER BY id DESC LIMIT 100`, now, now, userID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(l *liveLogin) []any {
		return []any{&l.ID, &l.Kind, &l.Scopes, &l.CreatedAt, &l.ExpiresAt, &l.Refreshes}
	})
}

// addKey answers with the dashboard itself: the key is on this one page and is
// kept nowhere that a redirect could fetch it from.
func (s *Server) addKey(w http.ResponseWriter, r *http.Request, v visitor) error {
	label := r.PostForm.Get("label")
	if err := checkLength("Label", label, 1, maxKeyLabel); err != nil {
		return err
	}
	made, err := s.mintKey(v.user.ID, label, strings.Fields(allScopes))
	if err != nil {
		return err
	}
	return s.showDashboard(w, v, made)
}

func (s *Server) dropKey(w http.ResponseWriter, r *http.Request, v visitor) error {
	id, err := formID(r, "API key")
	if err == nil {
		err = s.revokeKey(v.user.ID, id)
	}
	if err != nil {
		return err
	}
	seeOther(w, "/")
	return nil
}

func (s *Server) dropLogin(w http.ResponseWriter, r *http.Request, v visitor) error {
	id, err := formID(r, "Login")
	if err == nil {
		err = s.store.write(func(tx *sql.Tx) error {
			return mustChange("Login")(tx.Exec("DELETE FROM logins WHERE id = ? AND user_id = ?", id, v.user.ID))
		})
	}
	if err != nil {
		return err
	}
	seeOther(w, "/")
	return nil
}

func formID(r *http.Request, what string) (int64, error) {
	id, err := strconv.ParseInt(r.PostForm.Get("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, notFound(what)
	}
	return id, nil
}
