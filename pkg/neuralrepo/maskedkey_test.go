package neuralrepo

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

func TestFits(t *testing.T) {
	t.Parallel()
	secret := authcfg.Secret("nrp_" + strings.Repeat("0123456789abcdef", 4))
	for masked, want := range map[string]bool{
		"nrp_…cdef":     true,
		"…cdef":         true,
		"****cdef":      true,
		"nrp_0123…":     true,
		"nrp_01…ef":     true,
		secret.Reveal(): true,
		"nrp_…def":      false, // too few digits
		"nrp_0…ef":      false,
		"nrp…f":         false, // only one digit
		"nr…ef":         false,
		"nrp_…cdee":     false,
		"nrp_0124…":     false,
		"nrp_0124…cdef": false,
		"nrp_…":         false,
		"":              false,
	} {
		if got := fits([]byte(`{"key":"`+masked+`"}`), secret); got != want {
			t.Errorf("%q fits: %v", masked, got)
		}
	}
}

func TestFindAPIKey(t *testing.T) {
	t.Parallel()
	secret := authcfg.Secret("nrp_" + strings.Repeat("0123456789abcdef", 4))
	one, other, unknown := APIKey{ID: "1", Raw: []byte(`{"key":"nrp_…cdef"}`)}, APIKey{ID: "2", Raw: []byte(`{"key":"nrp_…0000"}`)}, APIKey{ID: "3"}
	for name, tt := range map[string]struct {
		keys   []APIKey
		secret authcfg.Secret
		want   ID
	}{
		"none":      {nil, secret, ""},
		"only one":  {[]APIKey{unknown}, secret, "3"},
		"it fits":   {[]APIKey{other, one, unknown}, secret, "1"},
		"a doubt":   {[]APIKey{one, one}, secret, ""},
		"none fits": {[]APIKey{other, unknown}, secret, ""},
		"a session": {[]APIKey{unknown}, "s3ss10n", ""},
	} {
		if got := FindAPIKey(tt.keys, tt.secret); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// FuzzMaskedKey checks that the masked form of a key, which FindAPIKey uses, never fits two keys
// that have only three digits at their ends in common.
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
