package neuralrepo

import (
	"encoding/json"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// FindAPIKey returns the id of the API key secret: that of the key whose masked
// form matches, or of the only key. It returns "" if there is no such key, several
// keys match, or secret is not an API key.
func FindAPIKey(keys []APIKey, secret authcfg.Secret) ID {
	if !secret.IsAPIKey() {
		return ""
	}
	if len(keys) == 1 {
		return keys[0].ID
	}
	var found ID
	for _, k := range keys {
		if !fits(k.Raw, secret) {
			continue
		}
		if found != "" {
			return ""
		}
		found = k.ID
	}
	return found
}

// fits reports whether the masked field "key" of a key, such as "nrp_…ab12", has the first or
// last digits of the secret, at least four.
func fits(raw json.RawMessage, secret authcfg.Secret) bool {
	var object struct{ Key string }
	if json.Unmarshal(raw, &object) != nil {
		return false
	}
	if object.Key == secret.Reveal() {
		return true
	}
	hidden := func(r rune) bool { return !strings.ContainsRune("nrp_0123456789abcdefABCDEF", r) }
	first, last := strings.IndexFunc(object.Key, hidden), strings.LastIndexFunc(object.Key, hidden)
	if first < 0 {
		return false
	}
	head := object.Key[:first]
	tail := strings.TrimLeftFunc(object.Key[last:], hidden)
	return len(strings.TrimLeft(head, "nrp_"))+len(tail) >= 4 &&
		strings.HasPrefix(secret.Reveal(), head) && strings.HasSuffix(secret.Reveal(), tail)
}
