package authcfg

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// FuzzVariables checks that for any variables, a credential is only for its own server,
// and no error repeats a secret. KEY stands for an API key; the file has another login.
func FuzzVariables(f *testing.F) {
	const stored = "a-session-of-the-file"
	path := filepath.Join(f.TempDir(), "config.json")
	doc := `{"api_url":"https://file.example/api/v1","api_key":"` + stored + `","auth_method":"oauth"}`
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, apiKey, apiURL string) {
		apiKey = strings.ReplaceAll(apiKey, "KEY", key)
		s := &Store{Getenv: env("NEURALREPO_CONFIG", path, "NEURALREPO_API_KEY", apiKey, "NEURALREPO_API_URL", apiURL)}
		cred, err := s.Credential()
		if err != nil {
			e := output.AsError(err)
			if e.Code != output.CodeUsage && !errors.Is(err, ErrNotLoggedIn) || ContainsAPIKey(err.Error()+e.Hint) || strings.Contains(err.Error()+e.Hint, stored) {
				t.Errorf("%q, %q: %s %v", apiKey, apiURL, e.Code, err)
			}
			return
		}
		want := Credential{Secret: stored, APIURL: "https://file.example/api/v1", Source: FromConfig, Method: OAuth}
		if apiKey != "" {
			want = Credential{Secret: key, APIURL: DefaultAPIURL, Source: FromEnv, Method: APIKey}
		}
		if apiURL = trimmed(apiURL); apiURL != "" {
			want.APIURL, err = ParseAPIURL(apiURL)
		}
		if cred != want || err != nil || apiKey == "" && Origin(cred.APIURL) != "https://file.example:443" {
			t.Errorf("%q, %q: %+v from %s", apiKey, apiURL, cred, cred.Source)
		}
	})
}

// FuzzToken checks that a token from a server is accepted only if it fits in a header and
// in the file, and that printing never shows it.
func FuzzToken(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseToken(text)
		if err != nil {
			if s != "" || len(err.Error()) > 100 {
				t.Errorf("%q: %q, %v", text, s.Reveal(), err)
			}
			return
		}
		name, value := s.Header()
		if s.Reveal() != text || len(text) > 4096 || strings.ContainsAny(value, "\r\n\x00") || (name == "X-API-Key") != s.IsAPIKey() {
			t.Errorf("%q: %s: %q", text, name, value)
		}
		c, err := parseConfig(Config{APIURL: DefaultAPIURL, APIKey: s, RefreshToken: s}.encode())
		if err != nil || c.APIKey != s || c.RefreshToken != s {
			t.Errorf("%q reads back as %q, %v", text, c.APIKey.Reveal(), err)
		}
		show := func(s Secret) string {
			doc, err := json.Marshal(struct{ Token Secret }{s})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%v %s %q %x %+v %#v %d", s, s, s, s, struct{ T Secret }{s}, s, s) + string(doc)
		}
		other := Secret("another token")
		if s.IsAPIKey() {
			other = Secret("nrp_" + strings.Repeat("0", 60) + text[64:])
		}
		if show(s) != show(other) {
			t.Errorf("%q is shown in %q", text, show(s))
		}
	})
}
