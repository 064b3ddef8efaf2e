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
// stored logins. "" means the default login. A name consists of at most 64
// lower-case letters, digits and hyphens, and does not start with a hyphen; any
// other name is an *output.Error with the code usage. If NEURALREPO_CONFIG is set,
// the profile is "". NEURALREPO_API_KEY overrides the login of every profile.
func (s *Store) Profile() (string, error) {
	name := s.getenv("NEURALREPO_PROFILE")
	if name == "" || s.getenv("NEURALREPO_CONFIG") != "" {
		return "", nil
	}
	if !isProfile(name) {
		return "", badVariable("NEURALREPO_PROFILE", " %w", errors.New("must be a name of at most 64 lower-case letters, digits and hyphens, such as work"))
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

// profileIn returns the location of the login of a profile; "" is the default
// login.
func profileIn(dir, profile string) location {
	if profile == "" {
		return location{path: filepath.Join(dir, "config.json"), own: true}
	}
	return location{path: filepath.Join(dir, profileDirectory, profile+profileSuffix), profile: profile, own: true}
}

// Command returns a command for a person to run with the login of a profile: "nrepo" and
// rest, with the flag --profile unless the profile is "", the default login. Use it for
// the commands in a hint.
func Command(profile, rest string) string {
	if profile == "" {
		return "nrepo " + rest
	}
	return "nrepo --profile " + profile + " " + rest
}

// forProfile returns the profile, for the end of a sentence about a login.
func forProfile(profile string) string {
	if profile == "" {
		return ""
	}
	return " (profile " + profile + ")"
}

// State is the state of a login, according to its file. The server may know
// better.
type State string

// The states.
const (
	StateLoggedIn State = "logged_in" // there is a credential, though the server may reject it
	StateExpired  State = "expired"   // the session has expired and cannot be renewed
	StateEnded    State = "ended"     // the server refused to renew the session
	StateUnusable State = "unusable"  // the file cannot be used, see Login.Err
)

// Login is one stored login, without its credential.
type Login struct {
	// Profile is the name of the profile. "" for the default login and for the
	// file in NEURALREPO_CONFIG.
	Profile string
	// Path is the file.
	Path string
	// Current reports whether commands use this file now.
	Current bool
	// State is the state of the login, according to the file.
	State State
	// Err is why the file cannot be used. nil unless State is StateUnusable.
	Err error
	// APIURL, UserID, AuthMethod and ExpiresAt are as in [Config]. Zero if State
	// is StateUnusable.
	APIURL     string
	UserID     string
	AuthMethod Method
	ExpiresAt  time.Time
}

// Logins returns every stored login: the file in NEURALREPO_CONFIG, the default
// login, then the profiles by name. Files without a login are skipped. Logins only
// reads files: it corrects no mode and contacts no server. It returns an error
// only for an invalid variable; files that cannot be used are in the list.
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

// describe returns the login at a location, without a State if there is none.
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
