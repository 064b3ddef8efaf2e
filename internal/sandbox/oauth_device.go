package sandbox

import (
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// authorizeDevice begins a login on a device without a browser (RFC 8628, 3.1).
func (s *Server) authorizeDevice(form url.Values) (any, error) {
	scopes := strings.Fields(form.Get("scope"))
	if err := checkScopes(scopes); err != nil {
		return nil, err
	}
	deviceCode, err := s.randomHex()
	if err != nil {
		return nil, err
	}
	shape := op.UserCodeBase20 // 20 consonants, so that no word comes about (RFC 8628, 6.1)
	userCode, err := op.NewUserCode([]rune(shape.CharSet), shape.CharAmount, shape.DashInterval)
	if err != nil {
		return nil, err
	}
	err = s.store.write(func(tx *sql.Tx) error {
		if err := s.purgeLogins(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO logins (client_id, scopes, state, code_hash, code_expires_at, user_code, poll_interval, created_at)
			VALUES (?, ?, 'pending', ?, ?, ?, ?, ?)`,
			clientID, strings.Join(scopes, " "), hash(deviceCode), s.after(deviceLifetime), userCode, pollInterval, s.timestamp())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &oidc.DeviceAuthorizationResponse{
		DeviceCode:              deviceCode,
		UserCode:                userCode,
		VerificationURI:         s.URL() + devicePath,
		VerificationURIComplete: s.URL() + devicePath + "?user_code=" + userCode,
		ExpiresIn:               int(deviceLifetime / time.Second),
		Interval:                pollInterval,
	}, nil
}

// pollDevice answers a device that asks whether its person has decided
// (RFC 8628, 3.4 and 3.5). One that asks too often has to ask less often from
// then on.
func (s *Server) pollDevice(form url.Values) (any, error) {
	deviceCode := form.Get("device_code")
	if deviceCode == "" {
		return nil, missing("device_code")
	}
	return s.grant(func(tx *sql.Tx) (*oidc.AccessTokenResponse, *oidc.Error, error) {
		l, err := s.loginByCode(tx, deviceCode)
		if isNoRows(err) || err == nil && (!l.interval.Valid || l.state == "used") {
			return nil, oidc.ErrInvalidGrant().WithDescription("The device code is not known, or was used."), nil
		}
		if err != nil {
			return nil, nil, err
		}
		tooEarly := l.polledAt.String > s.after(-time.Duration(l.interval.Int64)*time.Second)
		if tooEarly {
			l.interval.Int64 += pollInterval
		}
		_, err = tx.Exec("UPDATE logins SET polled_at = ?, poll_interval = ? WHERE id = ?", s.timestamp(), l.interval.Int64, l.id)
		switch {
		case err != nil:
			return nil, nil, err
		case l.expired:
			return nil, oidc.ErrExpiredDeviceCode(), nil
		case tooEarly:
			return nil, oidc.ErrSlowDown(), nil
		case l.state == "denied":
			return nil, oidc.ErrAccessDenied(), nil
		case l.state == "pending":
			return nil, oidc.ErrAuthorizationPending(), nil
		}
		return s.redeem(tx, l)
	})
}

// deviceQuestion is what the page about a device shows.
type deviceQuestion struct {
	UserCode string   // "" asks for it
	Known    bool     // a device waits with that code
	Scopes   []string // what it asks for
}

// devicePage asks for the user code, or shows what a device with it asks for.
// A link that brings the code still needs the person's yes (RFC 8628, 3.3.1).
func (s *Server) devicePage(w http.ResponseWriter, r *http.Request, v visitor) error {
	if !v.signedIn() {
		return s.askSignIn(w, v, r.URL.RequestURI())
	}
	question := deviceQuestion{UserCode: normalUserCode(r.URL.Query().Get("user_code"))}
	if question.UserCode == "" {
		return s.render(w, http.StatusOK, v, "device", question)
	}
	var scopes string
	err := s.store.read.QueryRow("SELECT scopes FROM logins WHERE user_code = ? AND state = 'pending' AND code_expires_at > ?",
		question.UserCode, s.timestamp()).Scan(&scopes)
	if err != nil && !isNoRows(err) {
		return err
	}
	question.Known, question.Scopes = err == nil, strings.Fields(scopes)
	status := http.StatusOK
	if !question.Known {
		status = http.StatusNotFound
	}
	return s.render(w, status, v, "device", question)
}

// decideDevice stores the answer of the person.
func (s *Server) decideDevice(w http.ResponseWriter, r *http.Request, v visitor) error {
	userCode := normalUserCode(r.PostForm.Get("user_code"))
	if !v.signedIn() {
		return s.askSignIn(w, v, devicePath+"?user_code="+userCode)
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	state, done := "denied", message{"Denied", "Nothing was granted. You can close this page."}
	if approved {
		state, done = "approved", message{"Approved", "Go back to your device: it is being logged in."}
	}
	err = s.store.write(func(tx *sql.Tx) error {
		return mustChange("Code")(tx.Exec(`UPDATE logins SET state = ?, user_id = ?
			WHERE user_code = ? AND state = 'pending' AND code_expires_at > ?`,
			state, v.user.ID, userCode, s.timestamp()))
	})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, v, "message", done)
}

// normalUserCode brings what a person typed into the form of a user code:
// capitals, one dash, blanks and other signs left out (RFC 8628, 6.1).
func normalUserCode(typed string) string {
	var letters strings.Builder
	for _, c := range strings.ToUpper(typed) {
		if c >= 'A' && c <= 'Z' && letters.Len() < 9 {
			letters.WriteRune(c)
		}
	}
	code := letters.String()
	if len(code) > 4 {
		code = code[:4] + "-" + code[4:]
	}
	return code
}
