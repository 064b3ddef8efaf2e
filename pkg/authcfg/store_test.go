package authcfg

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// key is an API key in the right form that no service has issued.
const key = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abCDEF"

// env returns a Getenv with these variables.
func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

// newStore returns a store with a new home directory, and the path of its file. Warnings
// are appended to *warned.
func newStore(t *testing.T, content ...string) (s *Store, path string, warned *[]string) {
	t.Helper()
	home, warned := t.TempDir(), new([]string)
	s = &Store{
		Getenv: env("HOME", home, "USERPROFILE", home),
		Warn:   func(text string) { *warned = append(*warned, text) },
	}
	path = filepath.Join(home, ".config", "neuralrepo", "config.json")
	if len(content) > 0 {
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(content[0]), 0o600))
	}
	return s, path, warned
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %.500q, %v; want %q", filepath.Base(path), got, err, want)
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // Windows uses access lists, not modes
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %v, want %v", filepath.Base(path), info.Mode().Perm(), want)
	}
}

// wantNames checks the names of the files in the directory of the config.
func wantNames(t *testing.T, path, want string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("directory holds %q, want %q", got, want)
	}
}

// wantConfigError checks that err is one line that contains path and why, and no secret.
func wantConfigError(t *testing.T, err error, path, why string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if e := output.AsError(err); e.Code != output.CodeConfig || e.Hint == "" {
		t.Errorf("code %q, hint %q", e.Code, e.Hint)
	}
	text := err.Error()
	if !strings.HasPrefix(text, path) || !strings.Contains(text, why) || strings.Count(text, path) != 1 {
		t.Errorf("error %q does not say %q of %s", text, why, path)
	}
	if strings.HasPrefix(text, path+": is ") || strings.HasPrefix(text, path+": has ") {
		t.Errorf("error %q is not a sentence", text)
	}
	if strings.ContainsAny(text, "\r\n") || len(text) > len(path)+120 || strings.Contains(text, "s3cret") || ContainsAPIKey(text) {
		t.Errorf("error is not one short line without values: %q", text)
	}
}

func TestSaveWritesExactBytes(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t)
	previous, err := s.Save(t.Context(), Config{
		APIURL: "https://h.example/api/v1", APIKey: "sess<&>ion", UserID: "u\x1b1", AuthMethod: OAuth,
		RefreshToken: "again", ExpiresAt: time.Date(2026, 1, 15, 13, 0, 0, 5e8, time.FixedZone("", 3600)), KeyID: "7",
	})
	must(t, err)
	if previous.LoggedIn() || previous.APIURL != DefaultAPIURL {
		t.Errorf("previous = %+v", previous)
	}
	wantFile(t, path, `{
  "api_url": "https://h.example/api/v1",
  "api_key": "sess<&>ion",
  "user_id": "u\u001b1",
  "auth_method": "oauth",
  "refresh_token": "again",
  "expires_at": "2026-01-15T12:00:00Z",
  "key_id": "7"
}
`)
	wantMode(t, path, 0o600)
	wantMode(t, path+".lock", 0o600)
	wantMode(t, filepath.Dir(path), 0o700)
	wantNames(t, path, "config.json config.json.lock")
	if len(*warned) > 0 {
		t.Errorf("warned: %q", *warned)
	}
}

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

func TestFailedChangeWritesNothing(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, withExtras)
	stop := errors.New("stop")
	if err := s.Update(t.Context(), func(c *Config) error { c.APIKey = "x"; return stop }); err != stop {
		t.Errorf("Update = %v", err)
	}
	// A config that could not be read back is not written.
	for _, c := range []Config{{APIKey: "two words"}, {APIURL: "http://h.example"}, {RefreshToken: "a\n"}, {UserID: strings.Repeat("u", maxFileSize)}} {
		if _, err := s.Save(t.Context(), c); output.AsError(err).Code != output.CodeConfig {
			t.Errorf("Save(%+.40v) = %v", c, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Save(ctx, Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Save after cancel = %v", err)
	}
	wantFile(t, path, withExtras)
}

func TestClearOfNobodyMakesNothing(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	_, err := s.Clear(t.Context())
	must(t, err)
	if _, err := os.Lstat(filepath.Dir(filepath.Dir(path))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory was made: %v", err)
	}
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.Symlink("nowhere", path))
	_, err = s.Clear(t.Context())
	must(t, err)
	wantNames(t, path, "config.json")
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

// attempts are the methods that must return the same error for a file that cannot be
// used.
func attempts(s *Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"load":       func(context.Context) error { _, err := s.Load(); return err },
		"credential": func(context.Context) error { _, err := s.Credential(); return err },
		"check":      s.Check,
		"save":       func(ctx context.Context) error { _, err := s.Save(ctx, Config{APIKey: "s3cret"}); return err },
		"update":     func(ctx context.Context) error { return s.Update(ctx, func(*Config) error { return nil }) },
	}
}

func TestDirectoryInPlaceOfTheFile(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t)
	must(t, os.MkdirAll(path, 0o700))
	for _, try := range attempts(s) {
		wantConfigError(t, try(t.Context()), path, "regular file")
	}
	wantNothingToClear(t, s, warned, path+" is not a regular file")
}

// wantNothingToClear checks that a logout changes nothing, and that a warning says why.
func wantNothingToClear(t *testing.T, s *Store, warned *[]string, why string) {
	t.Helper()
	*warned = nil
	if previous, err := s.Clear(t.Context()); err != nil || previous.LoggedIn() || len(*warned) != 1 || !strings.Contains((*warned)[0], why) {
		t.Errorf("Clear = %+v, %v; warned %q", previous, err, *warned)
	}
}

func TestFileInPlaceOfTheDirectory(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	dir := filepath.Dir(path)
	must(t, os.MkdirAll(filepath.Dir(dir), 0o700))
	must(t, os.WriteFile(dir, nil, 0o600))
	if c, err := s.Load(); err != nil || c.LoggedIn() {
		t.Errorf("Load = %+v, %v; want nobody", c, err)
	}
	_, err := s.Clear(t.Context())
	must(t, err)
	_, err = s.Save(t.Context(), Config{APIKey: "s3cret"})
	wantConfigError(t, err, dir, "not a directory")
	wantConfigError(t, s.Check(t.Context()), dir, "not a directory")
}

func TestCheckLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	must(t, s.Check(t.Context()))
	wantNames(t, path, "config.json.lock")
	s, path, _ = newStore(t, withExtras)
	must(t, s.Check(t.Context()))
	wantFile(t, path, withExtras)
	wantNames(t, path, "config.json config.json.lock")
}

func TestPath(t *testing.T) {
	t.Parallel()
	home, xdg, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "c.json")
	in := func(dir, name string) string { return filepath.Join(dir, "neuralrepo", filepath.FromSlash(name)) }
	inHome := filepath.Join(home, ".config")
	for name, tt := range map[string]struct {
		env  []string
		want string // "" if the first variable is wrong
	}{
		"home":                 {nil, in(inHome, "config.json")},
		"xdg":                  {[]string{"XDG_CONFIG_HOME", xdg}, in(xdg, "config.json")},
		"relative xdg":         {[]string{"XDG_CONFIG_HOME", "conf"}, in(inHome, "config.json")},
		"file":                 {[]string{"NEURALREPO_CONFIG", file, "XDG_CONFIG_HOME", xdg}, file},
		"file, not clean":      {[]string{"NEURALREPO_CONFIG", file + "/../c.json"}, file},
		"file in the home":     {[]string{"NEURALREPO_CONFIG", "~/x.json"}, filepath.Join(home, "x.json")},
		"relative":             {[]string{"NEURALREPO_CONFIG", "c.json"}, ""},
		"relative with a dot":  {[]string{"NEURALREPO_CONFIG", "./c.json"}, ""},
		"home alone":           {[]string{"NEURALREPO_CONFIG", "~"}, ""},
		"home of another user": {[]string{"NEURALREPO_CONFIG", "~bob/c.json"}, ""},
		"profile":              {[]string{"NEURALREPO_PROFILE", "work"}, in(inHome, "profiles/work.json")},
		"profile, xdg":         {[]string{"NEURALREPO_PROFILE", "2-b", "XDG_CONFIG_HOME", xdg}, in(xdg, "profiles/2-b.json")},
		"profile and file":     {[]string{"NEURALREPO_PROFILE", "../x", "NEURALREPO_CONFIG", file}, file},
		"profile and key":      {[]string{"NEURALREPO_PROFILE", "work", "NEURALREPO_API_KEY", key}, in(inHome, "profiles/work.json")},
		"profile with a slash": {[]string{"NEURALREPO_PROFILE", "a/b"}, ""},
		"profile of dots":      {[]string{"NEURALREPO_PROFILE", ".."}, ""},
		"profile in capitals":  {[]string{"NEURALREPO_PROFILE", "Work"}, ""},
		"profile like a flag":  {[]string{"NEURALREPO_PROFILE", "-work"}, ""},
		"profile of 64":        {[]string{"NEURALREPO_PROFILE", strings.Repeat("a", 64)}, in(inHome, "profiles/"+strings.Repeat("a", 64)+".json")},
		"profile of 65":        {[]string{"NEURALREPO_PROFILE", strings.Repeat("a", 65)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Store{Getenv: env(append(tt.env, "HOME", home, "USERPROFILE", home)...)}
			got, err := s.Path()
			if tt.want != "" {
				if got != tt.want || err != nil {
					t.Errorf("Path = %q, %v; want %q", got, err, tt.want)
				}
				return
			}
			for name, err := range map[string]error{"Path": err, "Check": s.Check(t.Context()), "Clear": clearError(t, s), "Credential": credentialError(s)} {
				if err == nil || output.AsError(err).Code != output.CodeUsage || !strings.HasPrefix(err.Error(), tt.env[0]+" must be ") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	s := &Store{Getenv: env("HOME", "not-absolute", "USERPROFILE", "not-absolute")}
	for name, try := range attempts(s) {
		if err := try(t.Context()); !errors.Is(err, errNoHome) || output.AsError(err).Code != output.CodeConfig {
			t.Errorf("%s without a home = %v", name, err)
		}
	}
	warned := new([]string)
	s.Warn = func(text string) { *warned = append(*warned, text) }
	wantNothingToClear(t, s, warned, "home directory")
}

func clearError(t *testing.T, s *Store) error { _, err := s.Clear(t.Context()); return err }

func credentialError(s *Store) error { _, err := s.Credential(); return err }

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

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	must(t, os.Chmod(path, mode))
	wantMode(t, path, mode)
}

// wantWarnings checks that there are these warnings, in order. want has a part of each.
func wantWarnings(t *testing.T, got []string, want ...string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = strings.Contains(got[i], want[i])
	}
	if !ok {
		t.Errorf("warned %q, want %q", got, want)
	}
}

func TestForeignHint(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/home/a b/config.json":     "`sudo chown -h 1000 '/home/a b/config.json'`",
		"/home/o'brien/config.json": "`sudo chown -h 1000 '/home/o'\\''brien/config.json'`",
	} {
		if got := foreignHint(path, 1000); !strings.Contains(got, want) {
			t.Errorf("hint %q, want %q", got, want)
		}
	}
	if got := foreignHint("/home/a/config.json", 0); strings.Contains(got, "chown") {
		t.Errorf("root is told to take %q", got)
	}
}
