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
			var shown bytes.Buffer // without %p and %w, which vet forbids here
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

func FuzzParseAPIKey(f *testing.F) {
	for _, s := range []string{"", key, " " + key + "\r\n", key[:67], key + "\n" + key, "\u00a0" + key + "\u2028", "NRP_" + key[4:], "nrp_\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseAPIKey(text)
		if err != nil {
			if got != "" || strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 80 {
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
