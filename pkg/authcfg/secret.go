package authcfg

import (
	"fmt"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
)

// Secret is a credential. Whatever prints, formats or encodes it shows a mask
// (but see [Secret.Format]); only [Secret.Reveal] gives the text itself.
type Secret string

// mask stands for every part of a secret that is not shown. Its length says
// nothing about the secret's.
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

// Format prints the mask for every verb that fits a string. Package fmt asks no
// method where %p or %w does not fit, which go vet reports, nor of a field that
// is not exported: a struct that keeps a Secret in one must not be printed.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText encodes the mask, so that no JSON contains the secret by
// accident. As the key of a map, encoding/json does not ask for it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// An API key is nrp_ and 64 hexadecimal digits
// (https://docs.neuralrepo.com/cli/authentication).
const (
	apiKeyPrefix = "nrp_"
	apiKeyDigits = 64
)

// IsAPIKey reports whether s has the form of an API key. Everything else is
// taken for a session token.
func (s Secret) IsAPIKey() bool {
	digits, ok := strings.CutPrefix(string(s), apiKeyPrefix)
	return ok && len(digits) == apiKeyDigits && hexLen(digits) == apiKeyDigits
}

// Header returns the HTTP header that carries s: X-API-Key for an API key,
// else Authorization with the scheme Bearer
// (https://docs.neuralrepo.com/api/overview).
func (s Secret) Header() (name, value string) {
	if s.IsAPIKey() {
		return "X-API-Key", string(s)
	}
	return "Authorization", "Bearer " + string(s)
}

// ContainsAPIKey reports whether text holds what looks like an API key or a
// good part of one, and so must not be repeated anywhere: nrp_, in any case and
// also with the escapes of an address, and 8 hexadecimal digits or more.
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

// printable reports whether s may stand in an HTTP header: visible ASCII only,
// at most 4 KiB (RFC 6750, section 2.1, allows less).
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
