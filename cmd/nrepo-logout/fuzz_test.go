package main

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// FuzzMaskedKey holds that what a server shows of a key, which logout --revoke
// goes by, never fits two keys that have three digits at their ends in common.
func FuzzMaskedKey(f *testing.F) {
	digits := strings.Repeat("0123456789abcdef", 4)
	others := strings.Repeat("123456789abcdef0", 4)
	one := authcfg.Secret("nrp_" + digits)
	f.Fuzz(func(t *testing.T, object []byte) {
		for n := range 4 {
			other := authcfg.Secret("nrp_" + digits[:n] + others[n:61+n] + digits[61+n:])
			if fits(object, one) && fits(object, other) {
				t.Errorf("%q fits %q and %q", object, one.Reveal(), other.Reveal())
			}
		}
	})
}
