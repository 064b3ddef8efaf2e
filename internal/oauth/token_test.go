package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// TestTokenLifetime checks that the expiry is never before the reply, and zero if the
// server sent no valid lifetime.
func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	const most = 1e9 * time.Second
	for text, want := range map[string]time.Duration{
		"3600": time.Hour, `"3600"`: time.Hour, "null": 0, "0": 0, "-1": 0, "3.6e3": 0,
		"9223372037": most, "9223372036854775807": most, "9223372036854775808": most,
		"-9223372037": 0, "-18446744000": 0, "-9223372036854775808": 0,
	} {
		before := time.Now().Add(-time.Second) // the expiry is in whole seconds
		a := tokenServer(200, []byte(`{"access_token":"a","token_type":"bearer","expires_in":`+text+`}`))
		s, err := a.Token(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		early, late := s.ExpiresAt.Before(before.Add(want)), s.ExpiresAt.After(time.Now().Add(want))
		if s.ExpiresAt.IsZero() != (want == 0) || want > 0 && (early || late) {
			t.Errorf("%s: %v", text, s.ExpiresAt)
		}
	}
}

// The forms of an OAuth endpoint contain secrets other than the credential of the API.
func TestEchoedForm(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t/+token=="
	for _, name := range []string{"code", "code_verifier", "device_code", "refresh_token", "token"} {
		for _, status := range []int{400, 429, 500} {
			for _, pad := range []string{"", strings.Repeat("é", 290), strings.Repeat("é", 490)} {
				text := pad + secret + " " + url.QueryEscape(secret)
				apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(status, `{"error":"`+text+`","error_description":"`+text+`"}`))
				a := &AuthServer{Metadata{Issuer: apiURL}, apihttp.New(apiURL, Options{})}
				_, err := a.Post(context.Background(), apiURL+"/oauth/token", url.Values{name: {secret}})
				if err == nil || strings.Contains(err.Error(), "s3cr3t") {
					t.Errorf("%s, %d: %v", name, status, err)
				}
			}
		}
	}
}

// A short secret may be a part of an error code. It is masked when the code is shown,
// but not when it is compared.
func TestShortDeviceCode(t *testing.T) {
	t.Parallel()
	a := tokenServer(400, []byte(`{"error":"authorization_pending","error_description":"d is not approved"}`))
	_, err := a.Token(t.Context(), url.Values{"device_code": {"d"}})
	if !IsError(err, "authorization_pending") || strings.Contains(err.Error(), "d is") {
		t.Errorf("error %v", err)
	}
}

// The message contains the status once, at the end.
func TestPageInPlaceOfATokenReply(t *testing.T) {
	t.Parallel()
	_, err := tokenServer(401, []byte("<html>")).Token(t.Context(), nil)
	e := output.AsError(err)
	if e.Code != output.CodeNetwork || e.Status != 401 || strings.Contains(err.Error(), "401") {
		t.Errorf("code %s, status %d: %v", e.Code, e.Status, err)
	}
}

// wantShort fails if an error is long or has no code.
func wantShort(t *testing.T, err error) {
	t.Helper()
	if e := output.AsError(err); e.Code == "" || utf8.RuneCountInString(err.Error()) > 600 {
		t.Errorf("code %q: %v", e.Code, err)
	}
}

// FuzzTokenReply checks that any reply of a token endpoint gives a session that can be
// stored and sent, or an error. After a successful status, the error repeats no part of
// the reply.
func FuzzTokenReply(f *testing.F) {
	answer := &cannedReply{}
	a := serverOf(answer) // one for all runs, because it is slow to create
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return // net/http refuses it
		}
		*answer = cannedReply{status, body}
		s, err := a.Token(context.Background(), url.Values{"grant_type": {"refresh_token"}})
		if err != nil {
			if wantShort(t, err); s != (Granted{}) {
				t.Errorf("%+v with %v", s, err)
			}
			if status < 300 && err != errBadToken && err.Error() != "the response from https://api.example is not JSON" {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		for _, token := range []authcfg.Secret{s.AccessToken, s.RefreshToken} {
			if again, err := authcfg.ParseToken(token.Reveal()); token != "" && (again != token || err != nil) {
				t.Errorf("token %q: %v", token.Reveal(), err)
			}
		}
		var reply struct {
			Lifetime json.Number `json:"expires_in"`
		}
		if err := json.Unmarshal(body, &reply); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		lifetime, _ := reply.Lifetime.Int64()
		if s.AccessToken == "" || status > 299 || s.ExpiresAt.IsZero() != (lifetime <= 0) ||
			lifetime > 0 && (s.ExpiresAt.Year() > 2300 || s.ExpiresAt.Before(time.Now().Add(-time.Minute))) {
			t.Errorf("status %d, %q: %+v", status, body, s)
		}
	})
}

// tokenServer is an authorization server that always gives the same answer.
func tokenServer(status int, body []byte) *AuthServer {
	return serverOf(&cannedReply{status, body})
}

func serverOf(answer http.RoundTripper) *AuthServer {
	c := apihttp.New("https://api.example/v1", apihttp.Options{Transport: answer})
	return &AuthServer{Metadata{Issuer: "https://api.example/v1", TokenEndpoint: "https://api.example/token"}, c}
}

type cannedReply struct {
	status int
	body   []byte
}

func (c *cannedReply) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(c.body)), Request: r}, nil
}
