package apihttp

import (
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
)

// If the service repeats the credential, it is not printed.
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

func FuzzFailure(f *testing.F) {
	for _, body := range []string{
		`{"error":"x"}`, `{"error":{"code":"a","message":"b"}}`, `{"error":{"a":["b","c"]}}`, `{"error":{"code":1.5e9}}`, `{"error":null}`, `[`, "\xff",
	} {
		f.Add([]byte(body))
	}
	c := newClient("http://127.0.0.1", apiKey)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, status := range []int{302, 400, 401, 429, 500} {
			e := refused(c.at, Request{Credential: c.cred}, &Response{Status: status, Header: http.Header{"Retry-After": {string(body)}}, Body: body})
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
		"99999999999999999999":            365 * 24 * time.Hour,
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
