package authcfg

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

const withExtras = `{
  "zeta": {
    "b": 1,
    "a": [1, 2]
  },
  "api_key": "old",
  "alpha": 1e400,
  "auth_method": "browser",
  "expires_at": "2026-01-15T12:00:00Z"
}`

func TestUnknownFieldsSurvive(t *testing.T) {
	t.Parallel()
	const extras = `"alpha": 1e400,
  "zeta": {
    "b": 1,
    "a": [1, 2]
  }
}
`
	for name, tt := range map[string]struct {
		change func(context.Context, *Store) error
		want   string
	}{
		"save": {func(ctx context.Context, s *Store) error {
			previous, err := s.Save(ctx, Config{APIURL: DefaultAPIURL, APIKey: key, UserID: "1", AuthMethod: APIKey})
			if previous.APIKey != "old" || previous.AuthMethod != OAuth {
				t.Errorf("previous = %+v", previous)
			}
			return err
		}, `{
  "api_url": "` + DefaultAPIURL + `",
  "api_key": "` + key + `",
  "user_id": "1",
  "auth_method": "api_key",
  ` + extras},
		"update": {func(ctx context.Context, s *Store) error {
			return s.Update(ctx, func(c *Config) error { c.APIKey = "new"; return nil })
		}, `{
  "api_url": "` + DefaultAPIURL + `",
  "api_key": "new",
  "auth_method": "oauth",
  "expires_at": "2026-01-15T12:00:00Z",
  ` + extras},
		"clear": {func(ctx context.Context, s *Store) error {
			previous, err := s.Clear(ctx)
			if previous.APIKey != "old" {
				t.Errorf("previous = %+v", previous)
			}
			return err
		}, "{\n  " + extras},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, path, _ := newStore(t, withExtras)
			must(t, tt.change(t.Context(), s))
			wantFile(t, path, tt.want)
		})
	}
}

func TestLoadReadsWhatOthersWrote(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		doc  string
		want Config
	}{
		"npm, browser": {`{"api_url":"https://neuralrepo.com/api/v1","api_key":"` + key + `","user_id":"u1","auth_method":"browser"}`,
			Config{APIURL: DefaultAPIURL, APIKey: key, UserID: "u1", AuthMethod: OAuth}},
		"npm, api key, no url": {`{"api_key":"` + key + `","auth_method":"api-key"}`,
			Config{APIURL: DefaultAPIURL, APIKey: key, AuthMethod: APIKey}},
		"npm, logged out": {"{}\n", Config{APIURL: DefaultAPIURL}},
		"nulls":           {`{"api_key":null,"api_url":null,"expires_at":null}`, Config{APIURL: DefaultAPIURL}},
		"BOM, CRLF":       {"\uFEFF{\r\n\"api_key\":\"a\"\r\n}\r\n", Config{APIURL: DefaultAPIURL, APIKey: "a"}},
		"slash at the end": {`{"api_url":"http://127.0.0.1:8787/api/v1/"}`,
			Config{APIURL: "http://127.0.0.1:8787/api/v1"}},
		"other case is another field": {`{"API_KEY":"a","Api_Key":"b"}`, Config{APIURL: DefaultAPIURL}},
		"fraction of a second": {`{"expires_at":"2026-01-15T13:00:00.9+01:00"}`,
			Config{APIURL: DefaultAPIURL, ExpiresAt: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, warned := newStore(t, tt.doc)
			got, err := s.Load()
			must(t, err)
			got.extra = nil
			if !got.ExpiresAt.Equal(tt.want.ExpiresAt) {
				t.Errorf("expires %v, want %v", got.ExpiresAt, tt.want.ExpiresAt)
			}
			got.ExpiresAt = tt.want.ExpiresAt
			if string(got.encode()) != string(tt.want.encode()) {
				t.Errorf("got %s, want %s", got.encode(), tt.want.encode())
			}
			if len(*warned) > 0 {
				t.Errorf("warned: %q", *warned)
			}
		})
	}
}

// badTexts are files that are not a config, with the text of the error. Their values are
// s3cret.
var badTexts = map[string]struct{ doc, why string }{
	"empty":              {"", "is empty"},
	"blank":              {" \n\t", "is empty"},
	"BOM alone":          {"\uFEFF", "is empty"},
	"NULs after a crash": {strings.Repeat("\x00", 100), "is not valid JSON (line 1)"},
	"UTF-16":             {"\xFF\xFE{\x00}\x00", "UTF-16"},
	"UTF-16, big endian": {"\xFE\xFF\x00{\x00}", "UTF-16"},
	"cut":                {"{\n\"api_key\": \"s3cret", "is not valid JSON (line 2)"},
	"third line":         {"{\n\"api_key\": \"s3cret\",\n}", "is not valid JSON (line 3)"},
	"trailing garbage":   {"{}\n\n}", "is not valid JSON (line 3)"},
	"two objects":        {`{} {"api_key":"s3cret"}`, "is not valid JSON"},
	"array":              {`["s3cret"]`, "is not a JSON object"},
	"string":             {`"s3cret"`, "is not a JSON object"},
	"null":               {"null", "is not a JSON object"},
	"depth bomb":         {strings.Repeat("[", 100_000), "is not valid JSON"},
	"depth bomb inside":  {`{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", "is not valid JSON"},
	"twice":              {`{"api_key":"s3cret","api_key":"s3cret2"}`, `has the field "api_key" twice`},
	"twice, escaped":     {`{"api_key":"s3cret","\u0061pi_key":"s3cret2"}`, `has the field "api_key" twice`},
	"key for a name":     {`{"` + key + `":1,"` + key + `":2}`, "has a field twice"},
	"key is a number":    {`{"api_key":53}`, "api_key must be"},
	"key is an object":   {`{"api_key":{"s3cret":1}}`, "api_key must be"},
	"key with a line":    {`{"api_key":"s3cret\nX-Evil: 1"}`, "api_key contains invalid"},
	"key with a blank":   {`{"api_key":" s3cret"}`, "api_key contains invalid"},
	"key not UTF-8":      {"{\"api_key\":\"s3cret\xff\"}", "api_key contains invalid"},
	"key too long":       {`{"api_key":"s3cret` + strings.Repeat("x", 4096) + `"}`, "too long"},
	"refresh token":      {`{"refresh_token":"s3cret\u009b"}`, "refresh_token contains invalid"},
	"url is a number":    {`{"api_url":53}`, "api_url must be"},
	"url with a user":    {`{"api_url":"https://u:s3cret@h.example"}`, "api_url must not contain a user"},
	"url is plain http":  {`{"api_url":"http://s3cret.example"}`, "api_url must be https"},
	"url is not one":     {`{"api_url":"%%s3cret"}`, "api_url is not"},
	"user is a list":     {`{"user_id":["s3cret"]}`, "user_id must be"},
	"method is a bool":   {`{"auth_method":true}`, "auth_method must be"},
	"date is a number":   {`{"expires_at":1700000000}`, "expires_at must be"},
	"date is not one":    {`{"expires_at":"s3cret"}`, "expires_at must be"},
	"date before year 0": {`{"expires_at":"0000-01-01T00:00:00+01:00"}`, "expires_at must be"},
	"date after 9999":    {`{"expires_at":"9999-12-31T23:59:59-01:00"}`, "expires_at must be"},
	"key_id is a number": {`{"key_id":7}`, "key_id must be"},
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range badTexts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, path, warned := newStore(t, tt.doc)
			_, err := s.Load()
			wantConfigError(t, err, path, tt.why)
			_, err = s.Credential()
			wantConfigError(t, err, path, tt.why)
			wantConfigError(t, s.Update(t.Context(), func(*Config) error { return nil }), path, tt.why)
			wantFile(t, path, tt.doc)

			// A login replaces the file and keeps a copy.
			server, err := s.Server()
			must(t, err)
			if server != DefaultAPIURL || len(*warned) != 1 || !strings.Contains((*warned)[0], tt.why) {
				t.Errorf("server %s, warned %q", server, *warned)
			}
			*warned = nil
			must(t, s.Check(t.Context()))
			wantFile(t, path, tt.doc)
			_, err = s.Save(t.Context(), Config{APIKey: "new"})
			must(t, err)
			wantFile(t, path, "{\n  \"api_key\": \"new\"\n}\n")
			wantFile(t, path+".broken", tt.doc)
			wantMode(t, path+".broken", 0o600)
			wantNames(t, path, "config.json config.json.broken config.json.lock")
			if len(*warned) != 1 || !strings.Contains((*warned)[0], "config.json.broken") {
				t.Errorf("warned: %q", *warned)
			}

			// A logout removes the copy and empties the file.
			_, err = s.Clear(t.Context())
			must(t, err)
			wantNames(t, path, "config.json config.json.lock")
			s, path, warned = newStore(t, tt.doc)
			_, err = s.Clear(t.Context())
			must(t, err)
			wantFile(t, path, "{}\n")
			if len(*warned) != 1 || !strings.Contains((*warned)[0], tt.why) || strings.Contains((*warned)[0], "s3cret") {
				t.Errorf("warned: %q", *warned)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	const size = 100 << 20
	s, path, warned := newStore(t, "")
	must(t, os.Truncate(path, size)) // a sparse file
	_, err := s.Load()
	wantConfigError(t, err, path, "too large")
	wantConfigError(t, s.Update(t.Context(), func(*Config) error { return nil }), path, "too large")
	_, err = s.Clear(t.Context())
	must(t, err)
	wantFile(t, path, "{}\n")
	wantWarnings(t, *warned, path+" is too large")

	// A login replaces the file and keeps a copy.
	s, path, _ = newStore(t, "")
	must(t, os.Truncate(path, size))
	chmod(t, path, 0o644)
	must(t, os.WriteFile(path+".broken", nil, 0o600)) // an earlier copy
	must(t, s.Check(t.Context()))
	_, err = s.Save(t.Context(), Config{APIKey: "new"})
	must(t, err)
	wantFile(t, path, "{\n  \"api_key\": \"new\"\n}\n")
	wantMode(t, path+".broken", 0o600)
	if info, err := os.Stat(path + ".broken"); err != nil || info.Size() != size {
		t.Errorf("the copy is %v, %v", info, err)
	}
}

func FuzzParseConfig(f *testing.F) {
	for _, tt := range badTexts {
		f.Add([]byte(tt.doc[:min(len(tt.doc), 200)]))
	}
	f.Add([]byte(withExtras))
	f.Add([]byte(`{"api_key":"` + key + `","auth_method":"api-key","expires_at":"2026-01-15T13:00:00.9+01:00","\ud800":"\u202e","<":1}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		c, err := parseConfig(doc)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 200 {
				t.Fatalf("error is not one short line: %q", err)
			}
			return
		}
		again, err := parseConfig(c.encode())
		if err != nil {
			t.Fatalf("%q encodes as %q: %v", doc, c.encode(), err)
		}
		if string(again.encode()) != string(c.encode()) || len(again.extra) != len(c.extra) {
			t.Fatalf("%q encodes as %q, then as %q", doc, c.encode(), again.encode())
		}
		c.extra, again.extra = nil, nil
		if again.APIKey != c.APIKey || again.APIURL != c.APIURL || again.RefreshToken != c.RefreshToken || again.UserID != c.UserID ||
			again.AuthMethod != c.AuthMethod || again.KeyID != c.KeyID || !again.ExpiresAt.Equal(c.ExpiresAt) {
			t.Fatalf("%+v reads back as %+v", c, again)
		}
	})
}
