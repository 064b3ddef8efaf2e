package neuralrepo

import (
	"encoding/json"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// FindAPIKey returns the id of the key that secret is: the one whose masked form
// fits it, or the only key there is. "" means that there is none, or a doubt, or
// that secret is not an API key at all.
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

// fits reports whether the object of a key has the secret's first or last
// digits, at least four, in its masked field "key", such as "nrp_…ab12".
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
