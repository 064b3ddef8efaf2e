package neuralrepo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

func TestNotify(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		service http.HandlerFunc
		want    string
	}{
		"fast": {apihttptest.Reply(200, alice), ""},
		"slow": {func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(1500 * time.Millisecond)
			apihttptest.Reply(200, alice)(w, r)
		}, "waiting for http://127.0.0.1"},
		"repeated": {apihttptest.Script(apihttptest.Busy(429, "1"), apihttptest.Reply(200, alice)), "busy; trying again in 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c *Client, _ *apihttptest.Log) {
				said := make(chan string, 10)
				c.opts.Notify = func(text string) { said <- text }
				if _, err := c.Me(context.Background()); err != nil {
					t.Fatal(err)
				}
				got := ""
				if len(said) > 0 {
					got = <-said
				}
				if got != tt.want {
					t.Errorf("told %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// If a request to revoke a key is repeated after a lost reply, a 404 means success. Without a
// lost reply, it is an error.
func TestRevokeAfterLostReply(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		service http.HandlerFunc
		want    string
	}{
		"lost, then gone":       {apihttptest.Script(apihttptest.HangUp, apihttptest.Reply(404, "")), ""},
		"lost, busy, then gone": {apihttptest.Script(apihttptest.Cut, apihttptest.Reply(503, ""), apihttptest.Reply(404, "")), ""},
		"lost, then done":       {apihttptest.Script(apihttptest.HangUp, apihttptest.Reply(204, "")), ""},
		"done with a body":      {apihttptest.Reply(200, `{"success":true}`), ""},
		"done without a body":   {apihttptest.Reply(200, ""), ""},
		"done with more":        {apihttptest.Reply(200, `{"id":2,"label":"ci"}`), ""},
		"page of a network":     {apihttptest.Reply(200, `<html>`), "network_error"},
		"page that is not said to be one": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "<html>")
		}, "network_error"},
		"text":                 {apihttptest.Reply(200, `done`), "network_error"},
		"another kind of JSON": {apihttptest.Reply(200, `null`), "unknown"},
		"a list":               {apihttptest.Reply(200, `[]`), "unknown"},
		"no success":           {apihttptest.Reply(200, `{"success":false}`), "unknown"},
		"not there":            {apihttptest.Reply(404, ""), "http_404"},
		"busy, then not there": {apihttptest.Script(apihttptest.Reply(503, ""), apihttptest.Reply(404, "")), "http_404"},
		"lost, then another's": {apihttptest.Script(apihttptest.HangUp, apihttptest.Reply(403, "{}")), "http_403"},
		"lost for ever":        {apihttptest.HangUp, "network_error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c *Client, _ *apihttptest.Log) {
				if err := c.RevokeAPIKey(context.Background(), "2"); apihttptest.Outcome(err) != tt.want {
					t.Errorf("error %v", err)
				}
			})
		})
	}
	inMemory(t, apihttptest.Script(apihttptest.HangUp, apihttptest.Reply(404, "")), func(t *testing.T, c *Client, _ *apihttptest.Log) {
		if resp, err := c.Do(context.Background(), Request{Method: "DELETE", Path: "/x"}); apihttptest.Outcome(err) != "http_404" || resp == nil {
			t.Errorf("Do hides the reply: %v", err)
		}
	})
}

// After a lost reply the key may exist, and the hint says so. If the request was never sent, it
// does not exist.
func TestCreateAPIKeyLost(t *testing.T) {
	t.Parallel()
	for name, service := range map[string]http.HandlerFunc{"no reply": apihttptest.HangUp, "cut": apihttptest.Cut, "no key": apihttptest.Reply(201, `{"id":1}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, service, func(t *testing.T, c *Client, got *apihttptest.Log) {
				_, err := c.CreateAPIKey(context.Background(), "ci")
				if err == nil || !strings.Contains(apihttptest.HintOf(err), "nrepo key list") || len(got.All()) != 1 {
					t.Errorf("%v, hint %q, %d requests", err, apihttptest.HintOf(err), len(got.All()))
				}
			})
		})
	}
	c := newClient("http://127.0.0.1:1", apiKey)
	if _, err := c.CreateAPIKey(context.Background(), "ci"); err == nil || strings.Contains(apihttptest.HintOf(err), "nrepo key list") {
		t.Errorf("nothing sent: %v, hint %q", err, apihttptest.HintOf(err))
	}
}
