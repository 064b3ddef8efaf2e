package authcfg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Session is the response of a server to a login or a refresh (RFC 6749, section
// 5.1).
type Session struct {
	// AccessToken is the token for requests. Required.
	AccessToken Secret
	// RefreshToken renews the session the next time. "" if the server sent none;
	// then the earlier one remains in use (RFC 6749, section 6).
	RefreshToken Secret
	// ExpiresAt is when AccessToken expires. Zero if the server did not say.
	ExpiresAt time.Time
}

// ErrSessionEnded means that the server no longer renews the session.
var ErrSessionEnded = errors.New("the session has ended")

// ParseToken checks a token from a server. So that it fits in a header and in
// config.json, it must consist of visible ASCII characters and have at most 4 KiB.
// The error does not repeat the text.
func ParseToken(text string) (Secret, error) {
	s := Secret(text)
	if s == "" || !s.printable() {
		return "", errors.New("the token is empty, too long, or contains invalid characters")
	}
	return s, nil
}

// IsSession reports whether c has a session token. A logout ends it, unlike an API
// key.
func (c Config) IsSession() bool { return c.LoggedIn() && !c.APIKey.IsAPIKey() }

// Ended reports whether c is a session that has ended and cannot be renewed: it
// has a user, but no credential.
func (c Config) Ended() bool { return !c.LoggedIn() && c.UserID != "" }

func (c *Config) setSession(s Session) {
	c.APIKey, c.ExpiresAt = s.AccessToken, s.ExpiresAt
	if s.RefreshToken != "" {
		c.RefreshToken = s.RefreshToken
	}
}

// end removes the credential and keeps the user.
func (c *Config) end() {
	c.APIKey, c.RefreshToken, c.ExpiresAt = "", "", time.Time{}
}

func endedError(user, profile string) error {
	return &output.Error{
		Code: output.CodeAuthRequired,
		Err:  &ended{cmp.Or(user, "this login"), profile},
		Hint: "run `" + Command(profile, "login") + "`",
	}
}

// ended is an ErrNotLoggedIn that names the user of the session.
type ended struct{ whose, profile string }

func (e *ended) Error() string {
	return "the session of " + e.whose + " has ended" + forProfile(e.profile)
}
func (e *ended) Is(target error) bool { return target == ErrNotLoggedIn }

// ErrNotStorable means that a session was not renewed because the new one could
// not have been stored. The old session may still be accepted. Errors that wrap it
// have the code auth_required.
var ErrNotStorable = errors.New("the session cannot be renewed, because the new one could not be stored")

// SessionServer renews and ends sessions. Its methods have their own time limits.
type SessionServer interface {
	// Refresh renews the session in login. The error wraps ErrSessionEnded if the
	// server refuses for good.
	Refresh(ctx context.Context, login Config) (Session, error)
	// End ends the session in login at the server.
	End(ctx context.Context, login Config) error
}

// renewWait is how long to wait for another process that renews the session, which
// takes a few requests.
const renewWait = 20 * time.Second

// Renew replaces the stored session used, which has expired or was rejected, and
// returns the new one. If several processes do so at once, only one of them
// contacts the server, under the lock; the others return the session that it
// stored. The request is not cancelled with ctx.
//
// If the new session could not be stored, the server is not contacted, because the
// old session would stop working; the error wraps [ErrNotStorable]. If the server
// returns an error, nothing is written. If that error wraps [ErrSessionEnded], the
// credential is removed, the user is kept (see [Config.Ended]), and the error
// wraps [ErrNotLoggedIn], as it also does if there is nothing to renew.
//
// If the file was changed meanwhile by a program that takes no lock, such as the
// npm package, it is left alone. The new session is then for this command only,
// and [Store.Later] gets the work to end it.
func (s *Store) Renew(ctx context.Context, used Credential, server SessionServer) (Session, error) {
	r := renewal{store: s, used: used, server: server}
	patient := *s
	patient.lockWait = renewWait
	entered := false
	var session Session
	err := patient.locked(ctx, writing, func(p *place) (err error) {
		entered = true
		defer s.hold()()
		session, err = r.locked(ctx, p)
		return err
	})
	if entered || !isPlace(err) {
		return session, err
	}
	c, loadErr := s.Load() // in a directory that is not writable, there may be no lock
	if loadErr != nil {
		return Session{}, loadErr
	}
	if session, known, err := r.known(&c); known {
		return session, err
	}
	return Session{}, notStorable(err)
}

// isPlace reports whether err is about a file or directory, as opposed to a lock that
// another process holds.
func isPlace(err error) bool {
	return is[syscall.Errno](err) || is[predicate](err) || is[sharedError](err)
}

func notStorable(err error) error {
	return &output.Error{
		Code: output.CodeAuthRequired,
		Err:  fmt.Errorf("%w: %w", ErrNotStorable, err),
		Hint: "fix that, or set NEURALREPO_API_KEY to an API key",
	}
}

type renewal struct {
	store  *Store
	used   Credential
	server SessionServer
}

// known returns the session if the content c of the file already has a newer one.
func (r *renewal) known(c *Config) (s Session, known bool, err error) {
	switch {
	case c.Ended():
		return Session{}, true, endedError(c.UserID, r.used.Profile)
	case !c.LoggedIn(), c.UserID != r.used.UserID, Origin(c.APIURL) != Origin(r.used.APIURL):
		return Session{}, true, &output.Error{
			Code: output.CodeAuthRequired,
			Err:  fmt.Errorf("%w: the stored login was changed meanwhile%s", ErrNotLoggedIn, forProfile(r.used.Profile)),
			Hint: "see `nrepo whoami`, and run the command again",
		}
	case c.APIKey != r.used.Secret:
		return Session{c.APIKey, c.RefreshToken, c.ExpiresAt}, true, nil
	case c.RefreshToken == "":
		return Session{}, true, endedError(c.UserID, r.used.Profile)
	}
	return Session{}, false, nil
}

// locked does the work of Renew under the lock.
func (r *renewal) locked(ctx context.Context, p *place) (Session, error) {
	before, err := r.store.loadFrom(p, true)
	if err != nil {
		return Session{}, err
	}
	if session, known, err := r.known(&before); known {
		return session, err
	}
	if err := p.rehearse(); err != nil {
		return Session{}, notStorable(err)
	}
	// Once the request is sent, the old session may no longer work, so giving up
	// now would end the login.
	ctx = context.WithoutCancel(ctx)
	session, err := r.server.Refresh(ctx, before)
	ended := errors.Is(err, ErrSessionEnded)
	if err != nil && !ended {
		return Session{}, err
	}
	now, loadErr := r.store.loadFrom(p, false)
	same := loadErr == nil && now.APIKey == before.APIKey && now.RefreshToken == before.RefreshToken && now.APIURL == before.APIURL
	if ended {
		if same {
			now.end()
			p.write(now) // if this fails, the next command gets the same answer from the server
		} else if session, known, err := r.known(&now); known && loadErr == nil {
			return session, err
		}
		return Session{}, endedError(r.used.UserID, r.used.Profile)
	}
	if same {
		now.setSession(session)
		if err := p.write(now); err != nil {
			r.store.warn("the session was renewed but cannot be saved, so the next command may need a new login: %v", err)
		}
		return session, nil
	}
	before.setSession(session)
	r.store.later(func() {
		if err := r.server.End(ctx, before); err != nil {
			r.store.warn("the login was changed while its session was renewed, and the new session could not be ended: %v", err)
		}
	})
	return session, nil
}

func (s *Store) later(work func()) {
	if s.Later == nil {
		work()
		return
	}
	s.Later(work)
}
