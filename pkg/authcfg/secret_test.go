package authcfg

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const token = "s3cret-session-token"
	for _, secret := range []Secret{key, token} {
		cred := Credential{Secret: secret, APIURL: DefaultAPIURL}
		values := map[string]any{
			"secret":     secret,
			"pointer":    &secret,
			"slice":      []Secret{secret},
			"map":        map[string]Secret{"a": secret},
			"any":        []any{secret},
			"credential": cred,
			"pointer to": &cred,
			"config":     Config{APIKey: secret, RefreshToken: secret},
			"error":      fmt.Errorf("about %v, %s", secret, secret),
		}
		for name, v := range values {
			var shown bytes.Buffer // without %p and %w, which vet reports
			for _, verb := range strings.Split("v +v #v s q x X d t c U e f g b o O T 9.3s -80q # x", " ") {
				fmt.Fprintf(&shown, "%"+verb+"\n", v)
			}
			fmt.Fprintln(&shown, v)
			for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
				slog.New(h).Info("about", "it", v)
			}
			json.NewEncoder(&shown).Encode(v)
			xml.NewEncoder(&shown).Encode(v)
			fmt.Fprintln(&shown, errors.Join(fmt.Errorf("about %v", v)))
			for _, leak := range []string{string(secret), string(secret)[4:16], fmt.Sprintf("%x", string(secret)[4:16]), fmt.Sprintf("%X", string(secret)[4:16])} {
				if strings.Contains(shown.String(), leak) {
					t.Errorf("%s shows the secret:\n%s", name, shown.String())
				}
			}
			if !strings.Contains(shown.String(), mask) {
				t.Errorf("%s shows no mask:\n%s", name, shown.String())
			}
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in            string
		shown, header string
		isKey         bool
	}{
		{"", "", "Authorization: Bearer ", false},
		{key, "nrp_…CDEF", "X-API-Key: " + key, true},
		{key[:67], "…", "Authorization: Bearer " + key[:67], false},
		{key + "0", "…", "Authorization: Bearer " + key + "0", false},
		{"NRP_" + key[4:], "…", "Authorization: Bearer NRP_" + key[4:], false},
		{key[:67] + "g", "…", "Authorization: Bearer " + key[:67] + "g", false},
		{"abc", "…", "Authorization: Bearer abc", false},
	} {
		s := Secret(tt.in)
		name, value := s.Header()
		if s.String() != tt.shown || name+": "+value != tt.header || s.IsAPIKey() != tt.isKey || s.Reveal() != tt.in {
			t.Errorf("%q: shown %q, header %s: %s, API key: %v", tt.in, s, name, value, s.IsAPIKey())
		}
	}
}

// The error for a wrong key says what is wrong, without repeating the key.
func TestParseAPIKey(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("0123456789abcdef", 4)
	key := "nrp_" + digits
	for _, good := range []string{key, "\uFEFF" + key, " \uFEFF " + key + "\r\n", "\u00a0" + key + "\n\n", "nrp_" + strings.ToUpper(digits)} {
		if got, err := ParseAPIKey(good); err != nil || !got.IsAPIKey() {
			t.Errorf("%q: %v", good, err)
		}
	}
	for text, want := range map[string]string{
		"":                             "no API key was given",
		"\uFEFF\r\n":                   "no API key was given",
		key + "\u200b":                 "invisible character, U+200B",
		"nrp_\u00ad" + digits:          "invisible character, U+00AD",
		key + "\x1b":                   "invisible character, U+001B",
		key[:67] + "\xff":              "not UTF-8",
		"\xe9" + key:                   "not UTF-8",
		"\xff\xfe" + wide(key, 0):      "UTF-16",
		"\xfe\xff" + wide(key, 1):      "UTF-16",
		wide(key, 0):                   "UTF-16",
		wide("short", 1):               "UTF-16",
		key + "\x00":                   "invisible character, U+0000",
		`"` + key + `"`:                "quotes",
		"'" + key + "'":                "quotes",
		"\u201c" + key + "\u201d":      "quotes",
		key + `"`:                      "quotes",
		"Bearer " + key:                "HTTP header",
		"bearer " + key:                "HTTP header",
		"X-API-Key: " + key:            "HTTP header",
		"Authorization: Bearer " + key: "HTTP header",
		"export K=" + key:              "variable",
		"NEURALREPO_API_KEY=" + key:    "variable",
		"export K='" + key + "'":       "quotes",
		key[:30] + " " + key[30:]:      "spaces",
		key + "\n" + key:               "spaces",
		key[:67]:                       "63 digits (67 characters)",
		key + "0":                      "65 digits (69 characters)",
		"nrp_":                         "0 digits (4 characters)",
		key[:67] + "g":                 "not a hexadecimal digit",
		"NRP_" + digits:                "capitals",
		digits:                         "does not start with nrp_ (64 characters)",
		"ghp_" + digits:                "does not start with nrp_",
		"é":                            "does not start with nrp_ (1 characters)",
	} {
		_, err := ParseAPIKey(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "01234567") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// wide returns text as UTF-16. order is the index of the letter in each pair of bytes.
func wide(text string, order int) string {
	b := make([]byte, 2*len(text))
	for i := range len(text) {
		b[2*i+order] = text[i]
	}
	return string(b)
}

func FuzzParseAPIKey(f *testing.F) {
	for _, s := range []string{"", key, " " + key + "\r\n", key[:67], key + "\n" + key, "\u00a0" + key + "\u2028", "NRP_" + key[4:], "nrp_\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseAPIKey(text)
		if err != nil {
			if got != "" || strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 160 {
				t.Fatalf("ParseAPIKey(%q) = %q, %v", text, got.Reveal(), err)
			}
			return
		}
		if !got.IsAPIKey() || !got.printable() || len(got) != 68 || !strings.Contains(text, got.Reveal()) || !ContainsAPIKey(text) {
			t.Fatalf("ParseAPIKey(%q) = %q", text, got.Reveal())
		}
		if again, err := ParseAPIKey(got.Reveal()); again != got || err != nil {
			t.Fatalf("ParseAPIKey(%q) = %q, %v", got.Reveal(), again.Reveal(), err)
		}
	})
}
