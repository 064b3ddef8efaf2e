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

// Session is what a server gives at a login or for a refresh token (RFC 6749,
// section 5.1).
type Session struct {
	// AccessToken is what requests carry. Required.
	AccessToken Secret
	// RefreshToken renews the session once more; "" means that the server gave
	// none, and an earlier one stays in use (RFC 6749, section 6).
	RefreshToken Secret
	// ExpiresAt is when AccessToken ends; zero means that the server did not
	// say.
	ExpiresAt time.Time
}

// ErrSessionEnded means that the server renews a session no more.
var ErrSessionEnded = errors.New("the session has ended")

// ParseToken checks a token that a server sent: it must be of visible ASCII
// characters and at most 4 KiB, to stand in a header and in config.json. The
// error does not repeat the text.
func ParseToken(text string) (Secret, error) {
	s := Secret(text)
	if s == "" || !s.printable() {
		return "", errors.New("the token is empty, too long, or has characters that no token has")
	}
	return s, nil
}

// IsSession reports whether c holds a session token, which a logout ends, as
// opposed to an API key, which lives on.
func (c Config) IsSession() bool { return c.LoggedIn() && !c.APIKey.IsAPIKey() }

// Ended reports whether c is what is left of a session that the server renews
// no more: the user and auth_method without a credential.
func (c Config) Ended() bool { return !c.LoggedIn() && c.UserID != "" }

func (c *Config) setSession(s Session) {
	c.APIKey, c.ExpiresAt = s.AccessToken, s.ExpiresAt
	if s.RefreshToken != "" {
		c.RefreshToken = s.RefreshToken
	}
}

// end leaves who it was.
func (c *Config) end() {
	c.APIKey, c.RefreshToken, c.ExpiresAt = "", "", time.Time{}
}

func endedError(c Config, profile string) error {
	return &output.Error{
		Code: output.CodeAuthRequired,
		Err:  &ended{cmp.Or(c.UserID, "this login"), profile},
		Hint: "run `" + LoginCommand(profile) + "`",
	}
}

// ended is an ErrNotLoggedIn that says whose session it was.
type ended struct{ whose, profile string }

func (e *ended) Error() string {
	return "the session of " + e.whose + " has ended" + forProfile(e.profile)
}
func (e *ended) Is(target error) bool { return target == ErrNotLoggedIn }

// renewWait bounds the wait for another process that renews the session, which
// takes a few requests.
const renewWait = 20 * time.Second

// Renew replaces the stored session used, which has expired or was rejected,
// and returns the one to use in its place. However many processes do so at
// once, refresh is called in one of them, with what the file holds, under the
// lock; the others get what that one stored. refresh is not cancelled with ctx,
// and bounds its time itself.
//
// Where refresh fails nothing is written and its error is returned, unless
// that wraps [ErrSessionEnded]: then the credential is removed, the user is
// kept ([Config.Ended]), and the error wraps [ErrNotLoggedIn], as it does where
// there is nothing to renew. Where the new session cannot be saved it is
// returned all the same, and Store.Warn is told.
func (s *Store) Renew(ctx context.Context, used Credential, refresh func(context.Context, Config) (Session, error)) (Session, error) {
	r := renewal{used: used, refresh: refresh}
	entered := false
	patient := *s
	patient.lockWait = renewWait
	err := patient.locked(ctx, func(path string) error {
		entered = true
		defer s.hold()()
		c, err := s.Load()
		if err != nil {
			return err
		}
		changed, err := r.run(ctx, &c)
		if changed {
			r.unsaved = s.write(path, c)
		}
		return err
	})
	errno := syscall.Errno(0)
	if !entered && (errors.As(err, &errno) || errors.Is(err, errForeign)) { // no lock in a directory that is not for writing
		c, loadErr := s.Load()
		if loadErr != nil {
			return Session{}, loadErr
		}
		r.unsaved = err
		_, err = r.run(ctx, &c)
	}
	if err == nil && r.renewed && r.unsaved != nil {
		s.warn("the session was renewed but cannot be saved, so the next command may need a new login: %v", r.unsaved)
	}
	return r.session, err
}

type renewal struct {
	used    Credential
	refresh func(context.Context, Config) (Session, error)

	session Session
	renewed bool  // session is new, not another process's
	unsaved error // why session is not in the file
}

// run brings c, the file's content, up to date, and reports whether it changed.
func (r *renewal) run(ctx context.Context, c *Config) (changed bool, err error) {
	switch {
	case c.Ended():
		return false, endedError(*c, r.used.Profile)
	case !c.LoggedIn(), c.UserID != r.used.UserID, Origin(c.APIURL) != Origin(r.used.APIURL):
		return false, &output.Error{
			Code: output.CodeAuthRequired,
			Err:  fmt.Errorf("%w: the stored login was changed meanwhile%s", ErrNotLoggedIn, forProfile(r.used.Profile)),
			Hint: "see `nrepo whoami`, and run the command again",
		}
	case c.APIKey != r.used.Secret:
		r.session = Session{c.APIKey, c.RefreshToken, c.ExpiresAt}
		return false, nil
	case c.RefreshToken == "":
		return false, endedError(*c, r.used.Profile)
	}
	// Once it was asked, the server may have forgotten the old session: to give
	// up now would end the login.
	r.session, err = r.refresh(context.WithoutCancel(ctx), *c)
	if errors.Is(err, ErrSessionEnded) {
		err = endedError(*c, r.used.Profile)
		c.end()
		return true, err
	}
	if err != nil {
		return false, err
	}
	r.renewed = true
	c.setSession(r.session)
	return true, nil
}
