package authcfg

import (
	"fmt"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
)

// Secret is a credential. Printing, formatting or encoding it shows a mask (but
// see [Secret.Format]). Only [Secret.Reveal] returns the secret.
type Secret string

// mask replaces every hidden part of a secret. It does not reveal the length.
const mask = "…"

// Reveal returns the secret itself, for a header or the config file.
func (s Secret) Reveal() string { return string(s) }

// String returns a mask: the last four characters of an API key, as in
// "nrp_…ab12", nothing of a session token, and "" for no secret.
func (s Secret) String() string {
	switch {
	case s == "":
		return ""
	case s.IsAPIKey():
		return apiKeyPrefix + mask + string(s[len(s)-4:])
	}
	return mask
}

// Format prints the mask for every verb that is valid for a string. Package fmt
// does not call methods for %p and %w, which go vet reports, or for unexported
// fields: do not print a struct with a Secret in an unexported field.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText encodes the mask, so that no JSON contains the secret by accident.
// Note that encoding/json does not call it for the keys of a map.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// An API key is nrp_ and 64 hexadecimal digits
// (https://docs.neuralrepo.com/cli/authentication).
const (
	apiKeyPrefix = "nrp_"
	apiKeyDigits = 64
)

// IsAPIKey reports whether s has the form of an API key. Everything else is
// treated as a session token.
func (s Secret) IsAPIKey() bool {
	digits, ok := strings.CutPrefix(string(s), apiKeyPrefix)
	return ok && len(digits) == apiKeyDigits && hexLen(digits) == apiKeyDigits
}

// Header returns the HTTP header for s: X-API-Key for an API key, and otherwise
// Authorization with the scheme Bearer (https://docs.neuralrepo.com/api/overview).
func (s Secret) Header() (name, value string) {
	if s.IsAPIKey() {
		return "X-API-Key", string(s)
	}
	return "Authorization", "Bearer " + string(s)
}

// ContainsAPIKey reports whether text contains something that looks like an API
// key or a large part of one, and so must not be shown: nrp_, in any case or
// URL-encoded, followed by 8 or more hexadecimal digits.
func ContainsAPIKey(text string) bool { return secrettext.HasKey(text) }

// hexLen counts the hexadecimal digits at the start of s.
func hexLen(s string) int {
	for i := range len(s) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return i
		}
	}
	return len(s)
}

// printable reports whether s is allowed in an HTTP header: visible ASCII only, at
// most 4 KiB (RFC 6750, section 2.1, allows less).
func (s Secret) printable() bool {
	if len(s) > 4096 {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
