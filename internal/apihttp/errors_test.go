package apihttp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestParseErrorBody(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ body, message, code string }{
		"text":             {`{"error":"Title is required"}`, "Title is required", ""},
		"text and more":    {`{"error":"x","details":{"a":1}}`, "x", ""},
		"blank text":       {`{"error":" \n "}`, "", ""},
		"coded":            {`{"error":{"code":"rate_limited","message":"Slow down"}}`, "Slow down", "rate_limited"},
		"numbered":         {`{"error":{"code":17,"message":"Slow down"}}`, "Slow down", "17"},
		"message only":     {`{"error":{"message":"Slow down"}}`, "Slow down", ""},
		"code only":        {`{"error":{"code":"x"}}`, "", ""},
		"fields":           {`{"error":{"title":["too long","no"],"body":["empty"]}}`, "body: empty; title: too long, no", ""},
		"no fields":        {`{"error":{}}`, "", ""},
		"null":             {`{"error":null}`, "", ""},
		"number":           {`{"error":3}`, "", ""},
		"list":             {`{"error":["x"]}`, "", ""},
		"another object":   {`{"message":"x"}`, "", ""},
		"array":            {`[]`, "", ""},
		"page":             {`<html>502 Bad Gateway</html>`, "", ""},
		"cut":              {`{"error":"x`, "", ""},
		"empty":            {``, "", ""},
		"escape sequences": {`{"error":"a\u001b[2Jb"}`, "a\x1b[2Jb", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if message, code := parseErrorBody([]byte(tt.body)); message != tt.message || code != tt.code {
				t.Errorf("%q, %q, want %q, %q", message, code, tt.message, tt.code)
			}
		})
	}
}

// Each status ends in one code and one exit code; only 401 says log in again.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		exit   int
		text   string // where the service sent none
		hint   string
	}{
		{300, 1, "the service answered with a redirect, which was not followed", "check where NEURALREPO_API_URL leads"},
		{304, 1, "the service answered with a redirect, which was not followed", "check where NEURALREPO_API_URL leads"},
		{400, 1, "the service refused the request", ""},
		{401, 4, "the service does not accept this credential", "it has expired or was revoked: run `nrepo login`"},
		{402, 1, "the service refused the request", ""},
		{403, 1, "this login may not do that: the key's scope or the plan does not allow it", ""},
		{404, 1, "not found", ""},
		{405, 1, "the service refused the request", ""},
		{409, 1, "the service refused the request", ""},
		{418, 1, "the service refused the request", ""},
		{422, 1, "the service refused the request", ""},
		{429, 5, "rate limit exceeded", "try again in 1h0m0s"},
		{500, 5, "the service failed", "try again in 1h0m0s"},
		{502, 5, "the service failed", "try again in 1h0m0s"},
		{503, 5, "the service failed", "try again in 1h0m0s"},
		{504, 5, "the service failed", "try again in 1h0m0s"},
		{599, 5, "the service failed", "try again in 1h0m0s"},
	} {
		for form, body := range map[string]string{"silent": "<html>", "with a text": `{"error":"No\u202e"}`} {
			t.Run(http.StatusText(tt.status)+" "+form, func(t *testing.T) {
				t.Parallel()
				apiURL, got := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Retry-After", "3600") // so that nothing is repeated
					apihttptest.Reply(tt.status, body)(w, r)
				})
				resp, err := newClient(apiURL, apiKey).do(context.Background(), "GET", "/x", "")
				status := (*Failure)(nil)
				if !errors.As(err, &status) || status.Status != tt.status || resp == nil || resp.Status != tt.status {
					t.Fatalf("error %v, reply %v", err, resp)
				}
				want := tt.text
				if form != "silent" && tt.status >= 400 {
					want = "No\u202e"
				}
				if status.Text != want || err.Error() != want {
					t.Errorf("message %q, want %q", status.Text, want)
				}
				if !strings.HasSuffix(apihttptest.HintOf(err), tt.hint) || (apihttptest.HintOf(err) == "") != (tt.hint == "") {
					t.Errorf("hint %q, want %q", apihttptest.HintOf(err), tt.hint)
				}
				if strings.Contains(apihttptest.HintOf(err), "nrepo login") != (tt.status == 401) {
					t.Errorf("hint %q", apihttptest.HintOf(err))
				}
				if want := (output.HTTPCode(tt.status)); apihttptest.Outcome(err) != want || plugin.ExitCode(err) != tt.exit {
					t.Errorf("%+v, exit code %d", apihttptest.Outcome(err), plugin.ExitCode(err))
				}
				if n := len(got.All()); n != 1 {
					t.Errorf("%d requests", n)
				}
			})
		}
	}
}

func TestRejectedVariable(t *testing.T) {
	t.Parallel()
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(401, `{"error":"Invalid API key"}`))
	c := newClient(apiURL, apiKey)
	c.cred.Source = authcfg.FromEnv
	if err := c.get(); !strings.Contains(apihttptest.HintOf(err), "NEURALREPO_API_KEY") {
		t.Errorf("hint %q", apihttptest.HintOf(err))
	}
}

// A service that repeats the credential does not make us print it.
func TestEchoedCredential(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("é", 490)
	for _, secret := range []authcfg.Secret{apiKey, session} {
		for name, body := range map[string]string{
			"text":           `{"error":"bad key ` + secret.Reveal() + `"}`,
			"cut at the end": `{"error":"` + pad + secret.Reveal() + `"}`,
			"code":           `{"error":{"code":"` + secret.Reveal() + `","message":"x ` + secret.Reveal() + `"}}`,
			"field":          `{"error":{"` + secret.Reveal() + `":["` + secret.Reveal() + `"]}}`,
			"a part":         `{"error":"bad key ` + secret.Reveal()[1:12] + `"}`,
			"in an address":  `{"error":"bad address /x?key=` + url.QueryEscape(secret.Reveal()) + `"}`,
			"in capitals":    `{"error":"bad key ` + strings.ToUpper(secret.Reveal()) + `"}`,
			"escaped":        `{"error":"\u00` + "6e" + strings.TrimPrefix(secret.Reveal(), "n") + `"}`,
		} {
			apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(400, body))
			err := newClient(apiURL, secret).get()
			status := (*Failure)(nil)
			if !errors.As(err, &status) {
				t.Fatal(err)
			}
			text := strings.ToLower(status.Text + status.Reason)
			for part := range len(secret) - 7 {
				if strings.Contains(text, strings.ToLower(secret.Reveal()[part:part+8])) {
					t.Errorf("%s: %s", name, text)
				}
			}
		}
	}
}

func TestLongMessage(t *testing.T) {
	t.Parallel()
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(400, `{"error":"`+strings.Repeat("é", 10_000)+`"}`))
	err := newClient(apiURL, apiKey).get()
	if n := utf8.RuneCountInString(err.Error()); n != 501 {
		t.Errorf("%d characters", n)
	}
}

func FuzzParseErrorBody(f *testing.F) {
	for _, body := range []string{
		`{"error":"x"}`, `{"error":{"code":"a","message":"b"}}`, `{"error":{"a":["b","c"]}}`, `{"error":{"code":1.5e9}}`, `{"error":null}`, `[`, "\xff",
	} {
		f.Add([]byte(body))
	}
	c := newClient("http://127.0.0.1", apiKey)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, status := range []int{302, 400, 401, 429, 500} {
			e := c.refused(Request{Credential: c.cred}, &Response{Status: status, Header: http.Header{"Retry-After": {string(body)}}, Body: body})
			if e.Text == "" || utf8.RuneCountInString(e.Text) > 501 || strings.Contains(e.Text, apiKey) || e.RetryAfter < 0 {
				t.Errorf("%+v", e)
			}
			if got := output.AsError(e); got.Status != status || !errors.Is(got, e) {
				t.Errorf("%+v", got)
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 24, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"":                                0,
		"0":                               0,
		"5":                               5 * time.Second,
		"3600":                            time.Hour,
		"99999999999999999999":            (1<<31 - 1) * time.Second,
		"-5":                              0,
		"+5":                              0,
		"1.5":                             0,
		" 5":                              0,
		"soon":                            0,
		"Tue, 24 Mar 2026 12:00:07 GMT":   7 * time.Second,
		"Tue, 24 Mar 2026 13:00:00 GMT":   time.Hour,
		"Tue, 24 Mar 2026 11:00:00 GMT":   0,
		"Tuesday, 24-Mar-26 12:00:07 GMT": 7 * time.Second,
		"2026-03-24T12:00:07Z":            0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", text, got, want)
		}
	}
	if got := retryAfter(http.Header{}, now); got != 0 {
		t.Errorf("no header: %v", got)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, text := range []string{"", "5", "-1", "99999999999999999999", "Tue, 24 Mar 2026 12:00:07 GMT", "Mon, 01 Jan 9999 00:00:00 GMT"} {
		f.Add(text, int64(0))
	}
	f.Fuzz(func(t *testing.T, text string, now int64) {
		if d := retryAfter(http.Header{"Retry-After": {text}}, time.Unix(now, 0)); d < 0 || d%time.Second != 0 && d < 1<<62 {
			t.Errorf("%q at %d: %v", text, now, d)
		}
	})
}
