package authcfg

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ErrNotLoggedIn means that there is no credential for the server. Errors that
// wrap it have the code auth_required.
var ErrNotLoggedIn = errors.New("not logged in")

// Source is where a credential comes from.
type Source string

// The sources.
const (
	FromEnv    Source = "env"    // NEURALREPO_API_KEY
	FromConfig Source = "config" // config.json
)

// Credential is the credential to use, and the only server it may be sent to.
type Credential struct {
	// Secret is an API key or a session token.
	Secret Secret
	// APIURL is the server, without a trailing slash. Secret must not be sent to
	// any other Origin.
	APIURL string
	// Source is where Secret comes from.
	Source Source
	// Method is how the user logged in; APIKey for FromEnv.
	Method Method
	// Profile is the profile of the login, see [Store.Profile]; "" for FromEnv.
	Profile string
	// UserID is the service's id of the user; "" for FromEnv.
	UserID string
	// ExpiresAt is when Secret expires, according to the server; zero if it did
	// not say. It is only a hint, because clocks differ: only a 401 is certain.
	ExpiresAt time.Time
	// Renewable reports whether [Store.Renew] can replace Secret.
	Renewable bool
}

// Credential returns the credential to use.
//
// NEURALREPO_API_KEY, if it is not empty, overrides the file. It is for the server
// in NEURALREPO_API_URL, or the default server. If NEURALREPO_API_URL is not set
// and the file names another server, the choice is ambiguous, and there is an
// error. The credential in the file is for the server in the file only: if
// NEURALREPO_API_URL has another origin, there is no credential.
//
// The error wraps [ErrNotLoggedIn], or is an *output.Error with the code usage
// (a bad variable) or config_error (a bad file).
func (s *Store) Credential() (Credential, error) {
	server, err := s.envServer()
	if err != nil {
		return Credential{}, err
	}
	if text := s.getenv("NEURALREPO_API_KEY"); text != "" {
		return s.envCredential(text, server)
	}
	at, err := s.locate()
	if err != nil {
		return Credential{}, err
	}
	c, err := s.loadAt(at, !s.ReadOnly)
	if err != nil {
		return Credential{}, err
	}
	if c.Ended() {
		return Credential{}, endedError(c.UserID, at.profile)
	}
	if !c.LoggedIn() {
		return Credential{}, &output.Error{
			Code: output.CodeAuthRequired,
			Err:  fmt.Errorf("%w%s", ErrNotLoggedIn, forProfile(at.profile)),
			Hint: s.loginHint(at),
		}
	}
	if server == "" {
		server = c.APIURL
	}
	if Origin(server) != Origin(c.APIURL) {
		return Credential{}, &output.Error{
			Code: output.CodeAuthRequired,
			Err:  fmt.Errorf("%w at %s: the stored login%s is for %s", ErrNotLoggedIn, server, forProfile(at.profile), c.APIURL),
			Hint: "unset NEURALREPO_API_URL to use the stored login, or run `" + Command(at.profile, "login") + "` to log in at the other server",
		}
	}
	return Credential{
		Secret:    c.APIKey,
		APIURL:    server,
		Source:    FromConfig,
		Method:    c.AuthMethod,
		Profile:   at.profile,
		UserID:    c.UserID,
		ExpiresAt: c.ExpiresAt,
		Renewable: c.RefreshToken != "" && !s.ReadOnly,
	}, nil
}

// loginHint returns the hint for users who are not logged in. If there is a login
// in ~/.config but XDG_CONFIG_HOME is another directory, which the npm package
// ignores, the hint names that file.
func (s *Store) loginHint(at location) string {
	hint := "run `" + Command(at.profile, "login") + "`, or set NEURALREPO_API_KEY"
	home, err := s.homeDirectory()
	if err != nil || at.profile != "" || !at.own {
		return hint
	}
	elsewhere := profileIn(filepath.Join(home, ".config", "neuralrepo"), "")
	if elsewhere.path == at.path {
		return hint
	}
	if c, err := s.loadAt(elsewhere, false); err != nil || !c.LoggedIn() {
		return hint
	}
	return hint + "; the login in " + elsewhere.path + " is not used, because XDG_CONFIG_HOME is set: to use it, set NEURALREPO_CONFIG to that path"
}

func (s *Store) envCredential(text, server string) (Credential, error) {
	key, err := ParseAPIKey(text)
	if err != nil {
		return Credential{}, badVariable("NEURALREPO_API_KEY", ": %w", err)
	}
	if server == "" {
		server = DefaultAPIURL
		switch c, err := s.Load(); {
		case errors.Is(err, errNoHome) || errors.Is(err, fs.ErrPermission):
			// No file of ours names a server.
		case err != nil && output.AsError(err).Code == output.CodeUsage:
			return Credential{}, err
		case err != nil:
			return Credential{}, &output.Error{
				Code: output.CodeConfig,
				Err:  err,
				Hint: "fix that, or set NEURALREPO_API_URL to the server that NEURALREPO_API_KEY is for",
			}
		case Origin(c.APIURL) != Origin(server):
			return Credential{}, &output.Error{
				Code: output.CodeUsage,
				Err:  fmt.Errorf("NEURALREPO_API_KEY is set, but the stored login names another server, %s", c.APIURL),
				Hint: "set NEURALREPO_API_URL to the server that the key is for",
			}
		}
	}
	return Credential{Secret: key, APIURL: server, Source: FromEnv, Method: APIKey}, nil
}

// Server returns the address of the API to log in to: NEURALREPO_API_URL, or the
// server in the file, or DefaultAPIURL. If the file cannot be read, a warning says
// so.
func (s *Store) Server() (string, error) {
	if server, err := s.envServer(); server != "" || err != nil {
		return server, err
	}
	c, err := s.Load()
	if err != nil {
		s.warn("%v; the login is at %s", err, DefaultAPIURL)
		return DefaultAPIURL, nil
	}
	return c.APIURL, nil
}

// DefaultFormat returns the default output format of the credential in use: JSON
// for an API key, and human for a browser login or no login.
func (s *Store) DefaultFormat() output.Format {
	if s.getenv("NEURALREPO_API_KEY") != "" {
		return APIKey.DefaultFormat()
	}
	server, err := s.envServer()
	if err != nil {
		return output.Human
	}
	c, err := s.load(false)
	if err != nil || !c.LoggedIn() || server != "" && Origin(server) != Origin(c.APIURL) {
		return output.Human
	}
	return c.AuthMethod.DefaultFormat()
}

func (s *Store) envServer() (string, error) {
	text := trimmed(s.getenv("NEURALREPO_API_URL"))
	if text == "" {
		return "", nil
	}
	server, err := ParseAPIURL(text)
	if err != nil {
		return "", badVariable("NEURALREPO_API_URL", " %w", err)
	}
	return server, nil
}

func badVariable(name, format string, err error) error {
	return &output.Error{
		Code: output.CodeUsage,
		Err:  fmt.Errorf(name+format, err),
		Hint: "correct " + name + ", or unset it",
	}
}
