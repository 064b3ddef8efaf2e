package authcfg

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Profile returns the name in NEURALREPO_PROFILE, which chooses one of several
// stored logins; "" means the default login. A name that is not of lower-case
// letters, digits and hyphens, at most 64, or starts with a hyphen is an
// *output.Error with the code usage. NEURALREPO_CONFIG names a file of its own:
// with it there is no profile. NEURALREPO_API_KEY comes before the login of a
// profile as it comes before the default one.
func (s *Store) Profile() (string, error) {
	name := s.getenv("NEURALREPO_PROFILE")
	if name == "" || s.getenv("NEURALREPO_CONFIG") != "" {
		return "", nil
	}
	if !isProfile(name) {
		return "", badVariable("NEURALREPO_PROFILE", " %w", errors.New("must be a name of lower-case letters, digits and hyphens, such as work"))
	}
	return name, nil
}

const (
	profileDirectory = "profiles"
	profileSuffix    = ".json"
)

func isProfile(name string) bool {
	return name != "" && len(name) <= 64 && name[0] != '-' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// profileIn returns where the login of a profile is, "" for the default one, in
// the directory of the default login.
func profileIn(dir, profile string) location {
	if profile == "" {
		return location{path: filepath.Join(dir, "config.json"), own: true}
	}
	return location{path: filepath.Join(dir, profileDirectory, profile+profileSuffix), profile: profile, own: true}
}

// LoginCommand returns what a user types to log in with a profile, "" for the
// default login.
func LoginCommand(profile string) string {
	if profile == "" {
		return "nrepo login"
	}
	return "nrepo --profile " + profile + " login"
}

// forProfile ends a sentence about a login with the profile that it belongs to.
func forProfile(profile string) string {
	if profile == "" {
		return ""
	}
	return " (profile " + profile + ")"
}

// State is what the file of a login says of it. Only the server knows whether it
// is true.
type State string

// The states.
const (
	StateLoggedIn State = "logged_in" // with a credential, which the server may yet reject
	StateExpired  State = "expired"   // a session whose time is over and that cannot be renewed
	StateEnded    State = "ended"     // a session that the server did not renew; the user is known
	StateUnusable State = "unusable"  // the file cannot be used, see Login.Err
)

// Login is one stored login, without its credential.
type Login struct {
	// Profile is the name of the profile, "" for the default login and for the
	// file that NEURALREPO_CONFIG names.
	Profile string
	// Path is the file.
	Path string
	// Current reports whether it is the file that commands use now.
	Current bool
	// State is what the file says of the login.
	State State
	// Err says why the file cannot be used, with StateUnusable; else nil.
	Err error
	// APIURL, UserID, AuthMethod and ExpiresAt are those of [Config]; zero with
	// StateUnusable.
	APIURL     string
	UserID     string
	AuthMethod Method
	ExpiresAt  time.Time
}

// Logins returns every stored login: the file that NEURALREPO_CONFIG names, the
// default login, then the profiles by name. A file of somebody logged out is
// left out. It only reads files: no mode is repaired, no server is asked. The
// error is that of a bad variable; a file that cannot be used is in the list.
func (s *Store) Logins() ([]Login, error) {
	current, err := s.locate()
	if err != nil {
		return nil, err
	}
	var places []location
	if dir, err := s.directory(); err == nil {
		places = append(places, profileIn(dir, ""))
		entries, _ := os.ReadDir(filepath.Join(dir, profileDirectory)) // by name
		for _, entry := range entries {
			if name, ok := strings.CutSuffix(entry.Name(), profileSuffix); ok && isProfile(name) {
				places = append(places, profileIn(dir, name))
			}
		}
	}
	if !slices.ContainsFunc(places, func(at location) bool { return at.path == current.path }) {
		places = slices.Insert(places, 0, current)
	}
	logins := []Login{}
	for _, at := range places {
		if login := s.describe(at); login.State != "" {
			login.Current = at.path == current.path
			logins = append(logins, login)
		}
	}
	return logins, nil
}

// describe returns the login at a place, without a State where there is none.
func (s *Store) describe(at location) Login {
	login := Login{Profile: at.profile, Path: at.path}
	c, err := s.loadAt(at, false)
	if err != nil {
		login.State, login.Err = StateUnusable, err
		return login
	}
	switch {
	case c.Ended():
		login.State = StateEnded
	case !c.LoggedIn():
		return login
	case c.IsSession() && c.RefreshToken == "" && !c.ExpiresAt.IsZero() && time.Now().After(c.ExpiresAt):
		login.State = StateExpired
	default:
		login.State = StateLoggedIn
	}
	login.APIURL, login.UserID, login.AuthMethod, login.ExpiresAt = c.APIURL, c.UserID, c.AuthMethod, c.ExpiresAt
	return login
}
