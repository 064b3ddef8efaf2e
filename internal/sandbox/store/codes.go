package store

import (
	"database/sql"
	"errors"
	"time"
)

// PollInterval is how many seconds a device waits between polls, and how many seconds are
// added for a device that polls too often (RFC 8628, 3.5).
const PollInterval = 5

// Errors for a device that has no tokens yet.
var (
	ErrPending = errors.New("not decided yet")
	ErrDenied  = errors.New("denied")
	ErrTooSoon = errors.New("asked too soon")
)

// CodeGrant is what an authorization code was issued for.
type CodeGrant struct {
	RedirectURI string
	Challenge   string // PKCE, S256
}

// login is a row of the table logins.
type login struct {
	id          int64
	userID      sql.NullString
	scopes      string
	state       string
	expired     bool // whether the code has expired
	redirectURI sql.NullString
	challenge   sql.NullString
	interval    sql.NullInt64
	polledAt    sql.NullString
}

// loginByCode returns the login that an authorization code or device code
// belongs to, [sql.ErrNoRows] if there is none.
func (s *Store) loginByCode(q querier, code string) (l login, err error) {
	err = q.QueryRow(`SELECT id, user_id, scopes, state, code_expires_at <= ?, redirect_uri, challenge, poll_interval, polled_at
		FROM logins WHERE code_hash = ?`, s.Timestamp(), Hash(code)).
		Scan(&l.id, &l.userID, &l.scopes, &l.state, &l.expired, &l.redirectURI, &l.challenge, &l.interval, &l.polledAt)
	return l, err
}

// redeem exchanges the code of a login for its first tokens.
func (s *Store) redeem(tx *sql.Tx, l login, valid time.Duration) (t Tokens, refusal, err error) {
	if _, err := tx.Exec("UPDATE logins SET state = 'used' WHERE id = ?", l.id); err != nil {
		return t, nil, err
	}
	t, err = s.issue(tx, l.id, l.userID.String, l.scopes, valid)
	return t, nil, err
}

// ApproveLogin stores the user's consent to an authorization request, and returns the code.
func (s *Store) ApproveLogin(userID, scopes string, grant CodeGrant) (code string, err error) {
	if code, err = s.NewToken(); err != nil {
		return "", err
	}
	return code, s.write(func(tx *sql.Tx) error {
		if err := s.purgeLogins(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO logins (user_id, client_id, scopes, state, code_hash, code_expires_at, redirect_uri, challenge, created_at)
			VALUES (?, ?, ?, 'approved', ?, ?, ?, ?, ?)`,
			userID, ClientID, scopes, Hash(code), s.after(CodeLifetime), grant.RedirectURI, grant.Challenge, s.Timestamp())
		return err
	})
}

// ExchangeCode returns tokens for an authorization code, once. check gets what the code was
// issued for, which is empty for a device code. If a code is used twice, it has been stolen,
// and its login ends (RFC 6749, 4.1.2).
func (s *Store) ExchangeCode(code string, check func(CodeGrant) error, valid time.Duration) (Tokens, error) {
	return s.grant(func(tx *sql.Tx) (t Tokens, refusal, err error) {
		l, err := s.loginByCode(tx, code)
		if isNoRows(err) {
			return t, ErrUnknown, nil
		}
		if err != nil {
			return t, nil, err
		}
		refusal = check(CodeGrant{l.redirectURI.String, l.challenge.String})
		switch {
		case refusal != nil:
			return t, refusal, nil
		case l.state == "used":
			return t, ErrUsed, endLogin(tx, l.id)
		case l.expired:
			return t, ErrExpired, nil
		}
		return s.redeem(tx, l, valid)
	})
}

// StartDevice begins a login on a device; the person will type the user code.
func (s *Store) StartDevice(scopes, userCode string) (deviceCode string, err error) {
	if deviceCode, err = s.NewToken(); err != nil {
		return "", err
	}
	return deviceCode, s.write(func(tx *sql.Tx) error {
		if err := s.purgeLogins(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO logins (client_id, scopes, state, code_hash, code_expires_at, user_code, poll_interval, created_at)
			VALUES (?, ?, 'pending', ?, ?, ?, ?, ?)`,
			ClientID, scopes, Hash(deviceCode), s.after(DeviceLifetime), userCode, PollInterval, s.Timestamp())
		return err
	})
}

// DeviceScopes returns the scopes that the device with this user code asks for, or
// [ErrUnknown] if no such device waits.
func (s *Store) DeviceScopes(userCode string) (scopes string, err error) {
	err = s.read.QueryRow("SELECT scopes FROM logins WHERE user_code = ? AND state = 'pending' AND code_expires_at > ?",
		userCode, s.Timestamp()).Scan(&scopes)
	if isNoRows(err) {
		err = ErrUnknown
	}
	return scopes, err
}

// DecideDevice stores the person's answer.
func (s *Store) DecideDevice(userID, userCode string, approved bool) error {
	state := "denied"
	if approved {
		state = "approved"
	}
	return s.write(func(tx *sql.Tx) error {
		return mustChange("Code")(tx.Exec(`UPDATE logins SET state = ?, user_id = ?
			WHERE user_code = ? AND state = 'pending' AND code_expires_at > ?`,
			state, userID, userCode, s.Timestamp()))
	})
}

// PollDevice answers a device that asks whether the person has decided (RFC 8628, 3.4 and
// 3.5). A device that polls too often gets a longer interval.
func (s *Store) PollDevice(deviceCode string, valid time.Duration) (Tokens, error) {
	return s.grant(func(tx *sql.Tx) (t Tokens, refusal, err error) {
		l, err := s.loginByCode(tx, deviceCode)
		if isNoRows(err) || err == nil && (!l.interval.Valid || l.state == "used") {
			return t, ErrUnknown, nil
		}
		if err != nil {
			return t, nil, err
		}
		tooSoon := l.polledAt.String > s.after(-time.Duration(l.interval.Int64)*time.Second)
		if tooSoon {
			l.interval.Int64 += PollInterval
		}
		_, err = tx.Exec("UPDATE logins SET polled_at = ?, poll_interval = ? WHERE id = ?", s.Timestamp(), l.interval.Int64, l.id)
		switch {
		case err != nil:
			return t, nil, err
		case l.expired:
			return t, ErrExpired, nil
		case tooSoon:
			return t, ErrTooSoon, nil
		case l.state == "denied":
			return t, ErrDenied, nil
		case l.state == "pending":
			return t, ErrPending, nil
		}
		return s.redeem(tx, l, valid)
	})
}
