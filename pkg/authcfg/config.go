package authcfg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/termtext"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Method is how the user logged in.
type Method string

// The methods of https://docs.neuralrepo.com/cli/authentication. The zero
// value means logged out.
const (
	OAuth  Method = "oauth"   // with a browser
	APIKey Method = "api_key" // with an existing API key
)

// DefaultFormat returns the default output format of the method: JSON for an API
// key, and human otherwise.
func (m Method) DefaultFormat() output.Format {
	if m == APIKey {
		return output.JSON
	}
	return output.Human
}

// Config is the content of config.json. The zero value means logged out.
type Config struct {
	// APIURL is the server that APIKey belongs to, without a trailing slash. If
	// the file has none, it is DefaultAPIURL.
	APIURL string
	// APIKey is an API key or a session token; "" means logged out.
	APIKey Secret
	// UserID is the id of the user at the service.
	UserID string
	// AuthMethod is how the user logged in.
	AuthMethod Method
	// RefreshToken renews a session (RFC 6749, section 6). "" if there is none.
	RefreshToken Secret
	// ExpiresAt is when the session expires, according to the server, in UTC and
	// whole seconds. Zero if the server did not say.
	ExpiresAt time.Time
	// KeyID is the id of APIKey at the service. "" if it is not known.
	KeyID string

	// extra has the fields of other programs and later versions.
	extra map[string]json.RawMessage
}

// LoggedIn reports whether c has a credential.
func (c Config) LoggedIn() bool { return c.APIKey != "" }

// parseConfig parses config.json strictly: one object, exact field names, no
// repeated field, the right types. Errors name the field, but never a value.
func parseConfig(doc []byte) (Config, error) {
	fields, err := parseObject(bytes.TrimPrefix(doc, []byte("\uFEFF")))
	if err != nil {
		return Config{}, err
	}
	var c Config
	var errs []error
	text := func(name string) string {
		raw, ok := fields[name]
		if !ok {
			return ""
		}
		delete(fields, name)
		var s *string
		if json.Unmarshal(raw, &s) != nil {
			errs = append(errs, fmt.Errorf("%s must be a string", name))
		}
		if s == nil {
			return ""
		}
		return *s
	}
	secret := func(name string) Secret {
		s := Secret(text(name))
		if !s.printable() {
			errs = append(errs, fmt.Errorf("%s contains invalid characters or is too long", name))
		}
		return s
	}
	c.APIURL = DefaultAPIURL
	if u := text("api_url"); u != "" {
		if c.APIURL, err = ParseAPIURL(u); err != nil {
			errs = append(errs, fmt.Errorf("api_url %w", err))
		}
	}
	c.APIKey = secret("api_key")
	c.UserID = text("user_id")
	c.AuthMethod = Method(text("auth_method"))
	switch c.AuthMethod { // what the npm package wrote
	case "browser":
		c.AuthMethod = OAuth
	case "api-key":
		c.AuthMethod = APIKey
	}
	c.RefreshToken = secret("refresh_token")
	if at := text("expires_at"); at != "" {
		c.ExpiresAt, err = time.Parse(time.RFC3339, at)
		c.ExpiresAt = c.ExpiresAt.UTC().Truncate(time.Second)
		if y := c.ExpiresAt.Year(); err != nil || y < 0 || y > 9999 { // RFC 3339 has no other years, and UTC may be in another year
			errs = append(errs, errors.New("expires_at must be a time such as 2026-01-15T12:00:00Z"))
		}
	}
	c.KeyID = text("key_id")
	c.extra = fields
	if len(errs) > 0 {
		return Config{}, errs[0]
	}
	return c, nil
}

// parseObject parses a JSON object into its members, and keeps their text.
func parseObject(doc []byte) (map[string]json.RawMessage, error) {
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, predicate("is empty")
	}
	if bytes.HasPrefix(doc, []byte("\xFF\xFE")) || bytes.HasPrefix(doc, []byte("\xFE\xFF")) {
		return nil, predicate("is UTF-16 text; save it as UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(doc, &whole); err != nil {
		line := 1
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			line += bytes.Count(doc[:syntax.Offset], []byte("\n"))
		}
		return nil, predicate(fmt.Sprintf("is not valid JSON (line %d)", line))
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, predicate("is not a JSON object")
	}
	fields := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string) // doc is valid
		if _, twice := fields[name]; twice {
			if len(name) > maxNameShown {
				return nil, predicate("has a field twice")
			}
			return nil, predicate(fmt.Sprintf("has the field %q twice", name))
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		fields[name] = value
	}
	return fields, nil
}

// maxNameShown keeps errors short, and hides a credential that somebody wrote in
// place of a name.
const maxNameShown = 24

// encode returns the text of the file: the known fields in their documented order,
// then the unknown fields by name, with their original values.
func (c Config) encode() []byte {
	var members []string
	add := func(name, value string) {
		members = append(members, "  "+termtext.Quote(name)+": "+value)
	}
	expires := ""
	if !c.ExpiresAt.IsZero() {
		expires = c.ExpiresAt.UTC().Format(time.RFC3339)
	}
	for _, field := range []struct{ name, value string }{
		{"api_url", c.APIURL},
		{"api_key", c.APIKey.Reveal()},
		{"user_id", c.UserID},
		{"auth_method", string(c.AuthMethod)},
		{"refresh_token", c.RefreshToken.Reveal()},
		{"expires_at", expires},
		{"key_id", c.KeyID},
	} {
		if field.value != "" {
			add(field.name, termtext.Quote(field.value))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.extra)) {
		add(name, string(c.extra[name]))
	}
	if len(members) == 0 {
		return []byte("{}\n")
	}
	return []byte("{\n" + strings.Join(members, ",\n") + "\n}\n")
}
