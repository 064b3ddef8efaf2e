package secrettext

import (
	"net/url"
	"strings"
	"testing"
)

const (
	digits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abCDEF"
	key    = "nrp_" + digits
)

func TestHasKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                             false,
		key:                            true,
		"--api-key=" + key:             true,
		"my key is " + key + ".":       true,
		key[:12]:                       true, // a large part of a key
		key[:11]:                       false,
		"nrp_nrp_" + digits:            true,
		"nrp_zzz nrp_0123456789":       true,
		"nrp_<64-hex-chars>":           false,
		"the prefix nrp_ is":           false,
		strings.Repeat("nrp_", 9):      false,
		"nrp_deadbee-f":                false,
		digits:                         false, // a digest
		"NRP_" + digits:                true,
		"nRp_" + digits:                true,
		"nrp%5F" + digits:              true,
		"nrp%5f" + digits:              true,
		"NRP%5F" + digits:              true,
		"%6Erp_" + digits:              true,
		"nrp%255F" + digits:            true,
		"nrp_%30%31%32%33%34%35%36%37": true,
		"/x?k=nrp%5F" + digits:         true,
		"nrp%5":                        false,
		"nrp%5G01234567":               false,
		"100%":                         false,
	} {
		if got := HasKey(text); got != want {
			t.Errorf("HasKey(%q) = %v", text, got)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOi.s3ss10n-tok3n"
	for name, tt := range map[string]struct {
		text string
		sent []string
		want string
	}{
		"nothing":               {"not found: 100% of 0123456789abcdef", nil, "not found: 100% of 0123456789abcdef"},
		"key":                   {"bad key " + key + ".", nil, "bad key nrp_…."},
		"part of a key":         {"bad key " + key[:12], nil, "bad key nrp_…"},
		"too little of a key":   {"bad key " + key[:11], nil, "bad key " + key[:11]},
		"key in capitals":       {strings.ToUpper(key) + "!", nil, "NRP_…!"},
		"escaped key":           {"nrp%5F" + digits, nil, "nrp%5F…"},
		"digits alone":          {"digest " + digits + " is", nil, "digest … is"},
		"more digits":           {digits + digits, nil, "…"},
		"63 digits":             {digits[1:], nil, digits[1:]},
		"what was sent":         {"token " + token + " is bad", []string{token}, "token … is bad"},
		"escaped":               {"token " + url.QueryEscape("a/b+c=d e") + "!", []string{"a/b+c=de"}, "token a%2Fb%2Bc%3Dd+e!"},
		"escaped, all":          {"token " + url.QueryEscape("a/b+c=d@e") + "!", []string{"a/b+c=d@e"}, "token …!"},
		"36 of 64 digits":       {"your key " + digits[10:46] + " is bad", []string{key}, "your key … is bad"},
		"8 characters":          {"…" + token[3:11] + "…", []string{token}, "………"},
		"7 characters":          {"<" + token[3:10] + ">", []string{token}, "<" + token[3:10] + ">"},
		"parts that touch":      {"<" + token[:9] + token[12:] + ">", []string{token}, "<…>"},
		"in capitals":           {strings.ToUpper(token), []string{token}, "…"},
		"the key that was sent": {"bad key " + key, []string{key}, "bad key nrp_…"},
		"short secret":          {"code 4711 is bad", []string{"4711"}, "code … is bad"},
		"no secret":             {"code 4711 is bad", []string{""}, "code 4711 is bad"},
		"other scripts":         {"clé … " + key + " é", nil, "clé … nrp_… é"},
		"not UTF-8":             {"\xff" + key + "\xfe", nil, "\xffnrp_…\xfe"},
	} {
		if got := Mask(tt.text, tt.sent...); got != tt.want {
			t.Errorf("%s: Mask(%q, %q) = %q, want %q", name, tt.text, tt.sent, got, tt.want)
		}
	}
}

// FuzzMask checks that no part of a key or of a sent secret is left, and that a text
// without a secret does not change.
func FuzzMask(f *testing.F) {
	f.Add("key ", ".")
	f.Add("%", "%5F")
	f.Add("nrp", "\xff")
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, secret := range []string{key, "s3ss10n-tok3n"} {
			got := Mask(before+secret+after, secret)
			for i := range len(secret) - enough + 1 {
				if strings.Contains(got, secret[i:i+enough]) {
					t.Errorf("Mask(%q) = %q", before+secret+after, got)
				}
			}
		}
		if got := Mask(before); got != before && !HasKey(before) && !strings.Contains(got, mask) {
			t.Errorf("Mask(%q) = %q", before, got)
		}
		if HasKey(Mask(before + after)) {
			t.Errorf("a key is left in %q", Mask(before+after))
		}
	})
}
