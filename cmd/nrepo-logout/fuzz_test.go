package main

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// FuzzMaskedKey holds that what a server shows of a key, which logout --revoke
// goes by, never fits two keys that differ in every digit.
func FuzzMaskedKey(f *testing.F) {
	one := authcfg.Secret("nrp_" + strings.Repeat("0123456789abcdef", 4))
	other := authcfg.Secret("nrp_" + strings.Repeat("123456789abcdef0", 4))
	f.Fuzz(func(t *testing.T, object []byte) {
		if fits(object, one) && fits(object, other) {
			t.Errorf("%q fits two keys", object)
		}
	})
}
