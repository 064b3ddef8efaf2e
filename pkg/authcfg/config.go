package authcfg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Method is how a login was made.
type Method string

// The methods of https://docs.neuralrepo.com/cli/authentication. The zero
// value means logged out.
const (
	OAuth  Method = "oauth"   // with a browser
	APIKey Method = "api_key" // with an API key that the person had
)

// DefaultFormat returns the output format that goes with the method: JSON for
// an API key, else human.
func (m Method) DefaultFormat() output.Format {
	if m == APIKey {
		return output.JSON
	}
	return output.Human
}

// Config is the content of config.json. The zero value is a file of somebody
// who is logged out.
type Config struct {
	// APIURL is the server that APIKey belongs to, without a slash at the end.
	// Reading fills in DefaultAPIURL where the file names none.
	APIURL string
	// APIKey is an API key or a session token; "" means logged out.
	APIKey Secret
	// UserID is the service's id of the user.
	UserID string
	// AuthMethod says how APIKey was got.
	AuthMethod Method
	// RefreshToken renews a session (RFC 6749, section 6); "" means that there
	// is none.
	RefreshToken Secret
	// ExpiresAt is when the session ends, as the server said it; the zero time
	// means that it did not. Kept to the second, in UTC.
	ExpiresAt time.Time
	// KeyID is the service's id of APIKey, where that is known.
	KeyID string

	// extra holds the fields of other programs and later versions.
	extra map[string]json.RawMessage
}

// LoggedIn reports whether c holds a credential.
func (c Config) LoggedIn() bool { return c.APIKey != "" }

// parseConfig reads config.json strictly: one object, exact field names, no
// field twice, the right types. An error names the field, never a value.
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
			errs = append(errs, fmt.Errorf("%s has characters that no credential has, or is too long", name))
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
		if c.ExpiresAt, err = time.Parse(time.RFC3339, at); err != nil {
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

// parseObject reads one JSON object into its members.
func parseObject(doc []byte) (map[string]json.RawMessage, error) {
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, errors.New("is empty")
	}
	errNotObject := errors.New("is not a JSON object")
	dec := json.NewDecoder(bytes.NewReader(doc))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotObject
	}
	fields := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, errNotObject
		}
		if _, twice := fields[name]; twice {
			return nil, fmt.Errorf("has the field %q twice", name)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, errNotObject
		}
		fields[name] = value
	}
	if t, err := dec.Token(); err != nil || t != json.Delim('}') {
		return nil, errNotObject
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errNotObject
	}
	return fields, nil
}

// encode returns the file's text: the known fields in their documented order,
// then the others by name.
func (c Config) encode() ([]byte, error) {
	var members [][]byte
	add := func(name string, value any) error {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(value); err != nil {
			return err
		}
		members = append(members, fmt.Appendf(nil, "%s:%s", key, bytes.TrimSpace(b.Bytes())))
		return nil
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
		if field.value == "" {
			continue
		}
		if err := add(field.name, field.value); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.extra)) {
		if err := add(name, c.extra[name]); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := json.Indent(&out, fmt.Appendf(nil, "{%s}", bytes.Join(members, []byte(","))), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
