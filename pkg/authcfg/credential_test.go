package authcfg

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestCredential(t *testing.T) {
	t.Parallel()
	const (
		here   = "https://h.example/api/v1"
		there  = "https://x.example/api/v1"
		onHere = `{"api_url":"` + here + `","api_key":"sess","user_id":"u1","auth_method":"oauth"}`
		onUs   = `{"api_key":"sess","auth_method":"oauth"}`
	)
	stored := Credential{Secret: "sess", APIURL: here, Source: FromConfig, Method: OAuth, UserID: "u1"}
	fromEnv := Credential{Secret: key, APIURL: DefaultAPIURL, Source: FromEnv, Method: APIKey}
	for name, tt := range map[string]struct {
		file string // "" for no file
		env  []string
		want Credential
		code string // of the error; "" for no error
		say  string // text in the error or its hint
	}{
		"nobody":                {"", nil, Credential{}, output.CodeAuthRequired, "nrepo login"},
		"logged out":            {"{}", nil, Credential{}, output.CodeAuthRequired, "NEURALREPO_API_KEY"},
		"stored":                {onHere, nil, stored, "", ""},
		"empty variables":       {onHere, []string{"NEURALREPO_API_KEY", "", "NEURALREPO_API_URL", ""}, stored, "", ""},
		"same origin, own path": {onHere, []string{"NEURALREPO_API_URL", "https://H.example:443/v2/"}, Credential{Secret: "sess", APIURL: "https://H.example:443/v2", Source: FromConfig, Method: OAuth, UserID: "u1"}, "", ""},
		"other host":            {onHere, []string{"NEURALREPO_API_URL", there}, Credential{}, output.CodeAuthRequired, here},
		"other host, way out":   {onHere, []string{"NEURALREPO_API_URL", there}, Credential{}, output.CodeAuthRequired, "unset NEURALREPO_API_URL"},
		"sub-domain":            {onHere, []string{"NEURALREPO_API_URL", "https://a.h.example/api/v1"}, Credential{}, output.CodeAuthRequired, "stored login is for"},
		"other port":            {onHere, []string{"NEURALREPO_API_URL", "https://h.example:8443/api/v1"}, Credential{}, output.CodeAuthRequired, "stored login is for"},
		"other scheme": {`{"api_url":"https://127.0.0.1:8787","api_key":"sess"}`, []string{"NEURALREPO_API_URL", "http://127.0.0.1:8787"},
			Credential{}, output.CodeAuthRequired, "stored login is for"},
		"bad url":          {onHere, []string{"NEURALREPO_API_URL", "http://s3cret.example"}, Credential{}, output.CodeUsage, "NEURALREPO_API_URL must be https"},
		"bad url, way out": {onHere, []string{"NEURALREPO_API_URL", "s3cret"}, Credential{}, output.CodeUsage, "correct NEURALREPO_API_URL, or unset it"},

		"key":                       {"", []string{"NEURALREPO_API_KEY", key}, fromEnv, "", ""},
		"key with a line end":       {"", []string{"NEURALREPO_API_KEY", key + "\r\n"}, fromEnv, "", ""},
		"key over the file":         {onUs, []string{"NEURALREPO_API_KEY", key}, fromEnv, "", ""},
		"key with url":              {onHere, []string{"NEURALREPO_API_KEY", key, "NEURALREPO_API_URL", there}, Credential{Secret: key, APIURL: there, Source: FromEnv, Method: APIKey}, "", ""},
		"key, file elsewhere":       {onHere, []string{"NEURALREPO_API_KEY", key}, Credential{}, output.CodeUsage, "names another server, " + here},
		"key, broken file":          {`{"api_key":"s3cret`, []string{"NEURALREPO_API_KEY", key}, Credential{}, output.CodeConfig, "set NEURALREPO_API_URL"},
		"key, url, broken file":     {`{"api_key":"s3cret`, []string{"NEURALREPO_API_KEY", key, "NEURALREPO_API_URL", there}, Credential{Secret: key, APIURL: there, Source: FromEnv, Method: APIKey}, "", ""},
		"wrong key, no fallback":    {onHere, []string{"NEURALREPO_API_KEY", "s3cret"}, Credential{}, output.CodeUsage, "NEURALREPO_API_KEY"},
		"wrong key, way out":        {onHere, []string{"NEURALREPO_API_KEY", "s3cret"}, Credential{}, output.CodeUsage, "correct NEURALREPO_API_KEY, or unset it"},
		"blank key":                 {onHere, []string{"NEURALREPO_API_KEY", " "}, Credential{}, output.CodeUsage, "no API key"},
		"key, no home":              {"", []string{"NEURALREPO_API_KEY", key, "HOME", "x", "USERPROFILE", "x"}, fromEnv, "", ""},
		"key, home is no directory": {"", []string{"NEURALREPO_API_KEY", key, "HOME", "/dev/null"}, fromEnv, "", ""},
		"no key, no home":           {"", []string{"HOME", "x", "USERPROFILE", "x"}, Credential{}, output.CodeConfig, "NEURALREPO_API_KEY"},
		"home does not exist":       {"", []string{"HOME", "/nonexistent/home"}, Credential{}, output.CodeAuthRequired, "nrepo login"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var content []string
			if tt.file != "" {
				content = []string{tt.file}
			}
			s, path, _ := newStore(t, content...)
			home := filepath.Dir(filepath.Dir(filepath.Dir(path)))
			s.Getenv = env(append([]string{"HOME", home, "USERPROFILE", home}, tt.env...)...)
			got, err := s.Credential()
			if got != tt.want {
				t.Errorf("got %#v, want %#v", got, tt.want)
			}
			if tt.code == "" {
				must(t, err)
				return
			}
			if err == nil {
				t.Fatal("no error")
			}
			e := output.AsError(err)
			if text := err.Error() + "\n" + e.Hint; e.Code != tt.code || !strings.Contains(text, tt.say) || strings.Contains(text, "s3cret") {
				t.Errorf("code %s, text %q; want code %s, %q", e.Code, text, tt.code, tt.say)
			}
			if errors.Is(err, ErrNotLoggedIn) != (tt.code == output.CodeAuthRequired) {
				t.Errorf("wrong kind of error: %v", err)
			}
		})
	}
}

func TestServerAndDefaultFormat(t *testing.T) {
	t.Parallel()
	const (
		there   = "https://x.example"
		keyFile = `{"api_url":"https://h.example","api_key":"` + key + `","auth_method":"api-key"}`
	)
	for name, tt := range map[string]struct {
		file   string
		env    []string
		server string
		format output.Format
	}{
		"nobody":         {"{}", nil, DefaultAPIURL, output.Human},
		"api key":        {keyFile, nil, "https://h.example", output.JSON},
		"browser":        {`{"api_key":"s","auth_method":"browser"}`, nil, DefaultAPIURL, output.Human},
		"logged out":     {`{"auth_method":"api_key"}`, nil, DefaultAPIURL, output.Human},
		"login not used": {keyFile, []string{"NEURALREPO_API_URL", there}, there, output.Human},
		"login used":     {keyFile, []string{"NEURALREPO_API_URL", "https://h.example:443"}, "https://h.example:443", output.JSON},
		"key in env":     {"{}", []string{"NEURALREPO_API_KEY", key}, DefaultAPIURL, output.JSON},
		"bad url":        {keyFile, []string{"NEURALREPO_API_URL", "x"}, "", output.Human},
		"broken file":    {"{", nil, DefaultAPIURL, output.Human},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, path, _ := newStore(t, tt.file)
			s.Getenv = env(append([]string{"NEURALREPO_CONFIG", path}, tt.env...)...)
			if got, err := s.Server(); got != tt.server || (err != nil) != (tt.server == "") {
				t.Errorf("Server = %q, %v; want %q", got, err, tt.server)
			}
			if got := s.DefaultFormat(); got != tt.format {
				t.Errorf("DefaultFormat = %q, want %q", got, tt.format)
			}
		})
	}
}

func TestDefaultFormatOnlyReads(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t, `{"api_key":"s"}`)
	chmod(t, path, 0o644)
	s.DefaultFormat()
	wantMode(t, path, 0o644)
	if _, err := s.Load(); err != nil {
		t.Error(err)
	}
	wantMode(t, path, 0o600)
	if _, err := s.Load(); err != nil {
		t.Error(err)
	}
	wantWarnings(t, *warned, "other users")
}
