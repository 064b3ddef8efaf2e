package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestDeviceLogin(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s, "--device")
	if address := r.begin(t); address != s.URL+"/device?user_code=WDJB-MJHT" {
		t.Errorf("address: %s", address)
	}
	c := r.wantLoggedIn(t, "access-1")
	if c.RefreshToken == "" {
		t.Error("no refresh token is stored")
	}
	text := r.stderr.String()
	for _, want := range []string{"WDJB-MJHT", "ideas:read, ideas:write", "only if you started", "Waiting until ", "(10m0s)"} {
		if !strings.Contains(text, want) {
			t.Errorf("stderr has no %q: %s", want, text)
		}
	}
	if strings.Contains(text, "device-secret") {
		t.Error("the device code was shown")
	}
	if len(r.opened) != 0 {
		t.Errorf("opened %q", r.opened)
	}
}

func TestDeviceJSON(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s, "--device", "--json", "--timeout", "90s")
	var event map[string]any
	if err := json.Unmarshal([]byte(r.begin(t)), &event); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(map[string]any{
		"event": "device", "verification_uri": s.URL + "/device", "verification_uri_complete": s.URL + "/device?user_code=WDJB-MJHT",
		"user_code": "WDJB-MJHT", "expires_in": 90,
	})
	if got := fmt.Sprint(event); got != want {
		t.Errorf("event: %s", got)
	}
	r.wantLoggedIn(t, "access-1")
}

func TestDeviceUnknownToServer(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.handoff = true
	r := newSession(t, s, "--device")
	if got := r.alone(t); got != 1 || !strings.Contains(r.err.Error(), "device") {
		t.Errorf("exit code %d: %v", got, r.err)
	}
}

func TestDeviceDenied(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.deny = true
	r := newSession(t, s, "--device")
	r.begin(t)
	r.wantExit(t, 3)
	r.wantNothingStored(t)
}

// TestDeviceAddresses checks which addresses of a device login are shown.
func TestDeviceAddresses(t *testing.T) {
	t.Parallel()
	for _, uri := range hostileURLs("https://api.example") {
		for _, field := range []string{"verification_uri", "verification_uri_complete"} {
			doc := map[string]any{"device_code": "d", "user_code": "u", "verification_uri": "https://api.example/device"}
			doc[field] = uri
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parseDeviceCode("https://api.example/v1", text); err == nil && uri != "" || plugin.ExitCode(err) != 1 && uri != "" {
				t.Errorf("%s %q: %v", field, uri, err)
			}
		}
	}
	for field, text := range map[string]string{"verification_uri": "https://api.example/" + strings.Repeat("a", 1<<20), "user_code": strings.Repeat("u", 1<<20)} {
		doc := map[string]any{"device_code": "d", "user_code": "u", "verification_uri": "https://api.example/device"}
		doc[field] = text
		reply, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var screen strings.Builder
		c := &command{env: &plugin.Env{Stderr: &screen}}
		code, err := parseDeviceCode("https://api.example/v1", reply)
		if err == nil {
			err = c.showCode(code.event(time.Minute))
		}
		if (err == nil) != (field == "user_code") || screen.Len() > 1000 {
			t.Errorf("%s of 1 MB: error %v, %d bytes shown", field, err, screen.Len())
		}
	}
	s := newService(t)
	s.device = func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, map[string]any{"device_code": "d", "user_code": "u", "verification_uri": "https://evil.example/device"})
	}
	r := newSession(t, s, "--device")
	if got := r.alone(t); got != 1 || strings.Contains(r.stderr.String()+r.err.Error(), "evil") {
		t.Errorf("exit code %d: %v, %s", got, r.err, r.stderr.String())
	}
}

// hostileURLs are addresses that must not be opened or shown for any server.
func hostileURLs(origin string) []string {
	host := strings.TrimPrefix(origin, "https://")
	return []string{
		"file:///bin/sh", "javascript:alert(1)", "-x", "/device", "device", "//" + host + "/device",
		"https://good@evil.example/", "https://" + host + "@evil.example/", "https://user@" + host + "/",
		"https://evil.example/", "http://" + host + "/", "https://" + host + ":8443/", "https://" + host + ".evil.example/",
		"https://" + host + "\\@evil.example/", "https://" + host + "/\u202e", "https://" + host + "/a b", "https://" + host + "/\x1b[31m",
		"data:text/html,x", "ssh://" + host + "/", "https:" + host, "https://" + host + "/#x",
	}
}

// TestPolling polls with a fake clock.
func TestPolling(t *testing.T) {
	t.Parallel()
	refused := func(code string) error { return &oauth.Error{Code: code} }
	pending, slower := refused("authorization_pending"), refused("slow_down")
	lost := &output.Error{Code: output.CodeNetwork, Err: errors.New("connection reset")}
	failed := &output.Error{Code: output.HTTPCode(500), Status: 500, Err: errors.New("failed")}
	html := &output.Error{Code: output.CodeNetwork, Status: 403, Err: errors.New("no reason")}
	for name, test := range map[string]struct {
		code  string // the response of the device endpoint, without its required fields
		polls []error
		waits []int // seconds before each poll
		exit  int
	}{
		"at once":         {`"interval":5`, []error{nil}, []int{5}, 0},
		"pending":         {`"interval":7`, []error{pending, pending, nil}, []int{7, 7, 7}, 0},
		"slow_down twice": {`"interval":5`, []error{slower, slower, pending, nil}, []int{5, 10, 15, 15}, 0},
		"500":             {`"interval":5`, []error{failed, nil}, []int{5, 10}, 0},
		"dropped":         {`"interval":5`, []error{lost, lost, lost, lost, pending, nil}, []int{5, 10, 20, 20, 20, 5}, 0},
		"html":            {`"interval":5`, []error{html, nil}, []int{5, 10}, 0},
		"expired":         {`"interval":5`, []error{pending, refused("expired_token")}, []int{5, 5}, 3},
		"denied":          {`"interval":5`, []error{refused("access_denied")}, []int{5}, 3},
		"bad client":      {`"interval":5`, []error{refused("invalid_client")}, []int{5}, 1},
		"another failure": {`"interval":5`, []error{&output.Error{Err: errors.New("odd")}}, []int{5}, 1},
		"interval 0":      {`"interval":0`, []error{nil}, []int{5}, 0},
		"interval -1":     {`"interval":-1`, []error{nil}, []int{5}, 0},
		"no interval":     {`"expires_in":600`, []error{nil}, []int{5}, 0},
		"interval 1":      {`"interval":1`, []error{nil}, []int{1}, 0},
		"interval 10^-9":  {`"interval":1e-9`, []error{pending, nil}, []int{1, 1}, 0},
		"interval 10^9":   {`"interval":1000000000`, nil, nil, 3},
		"interval 10^99":  {`"interval":1e99`, nil, nil, 3},
		"expires":         {`"interval":5,"expires_in":12`, []error{pending, pending}, []int{5, 5}, 3},
		"server's word":   {`"interval":400,"expires_in":900`, []error{pending, pending}, []int{400, 400}, 3},
		"own cap":         {`"interval":50000,"expires_in":1e9`, []error{pending}, []int{50000}, 3},
		"dead server":     {`"interval":60`, []error{lost, lost, lost}, []int{60, 120}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				doc := `{"device_code":"d","user_code":"u","verification_uri":"https://api.example/device",` + test.code + `}`
				code, err := parseDeviceCode("https://api.example/v1", []byte(doc))
				if err != nil {
					t.Fatal(err)
				}
				start, last := time.Now(), time.Now()
				var waits []int
				_, err = code.poll(t.Context(), code.lifetime(5*time.Minute, false), func(context.Context) (authcfg.Session, error) {
					waits = append(waits, int(time.Since(last).Seconds()))
					last = time.Now()
					return authcfg.Session{}, test.polls[len(waits)-1]
				})
				if got := plugin.ExitCode((&command{env: &plugin.Env{}}).pollError(err)); got != test.exit {
					t.Errorf("exit code %d, want %d: %v", got, test.exit, err)
				}
				if !slices.Equal(waits, test.waits) {
					t.Errorf("waited %v, want %v", waits, test.waits)
				}
				if took := time.Since(start); took > deviceLimit {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// The command gives up when the device code expires, or after a shorter --timeout.
func TestLifetime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		says, timeout time.Duration
		given         bool
		want          time.Duration
	}{
		{15 * time.Minute, 5 * time.Minute, false, 15 * time.Minute},
		{15 * time.Minute, 5 * time.Minute, true, 5 * time.Minute},
		{15 * time.Minute, time.Hour, true, 15 * time.Minute},
		{0, 5 * time.Minute, false, 5 * time.Minute},
		{0, time.Hour, true, time.Hour},
		{1e9 * time.Second, 5 * time.Minute, false, deviceLimit},
	} {
		if got := (deviceCode{expiresIn: tt.says}).lifetime(tt.timeout, tt.given); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestPollingInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(7*time.Second, cancel)
		_, err := deviceCode{}.poll(ctx, time.Minute, func(context.Context) (authcfg.Session, error) {
			return authcfg.Session{}, &oauth.Error{Code: "authorization_pending"}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
	})
}

// FuzzDeviceCode checks that only addresses of the server are shown, and that the wait
// for an approval is limited.
func FuzzDeviceCode(f *testing.F) {
	f.Add([]byte(`{"device_code":"d","user_code":"u","verification_uri":"https://api.example/device","interval":5}`))
	f.Add([]byte(`{"device_code":"d","user_code":"u","verification_uri":"https://api.example@evil.example","interval":1e400}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		code, err := parseDeviceCode("https://api.example/v1", doc)
		if err != nil {
			return
		}
		for _, uri := range []string{code.URI, cmp.Or(code.URIComplete, code.URI)} {
			u, err := url.Parse(uri)
			if err != nil || u.Scheme != "https" || u.User != nil || strings.ToLower(u.Hostname()) != "api.example" || cmp.Or(u.Port(), "443") != "443" {
				t.Errorf("accepted the address %q", uri)
			}
		}
		if code.secret == "" || code.UserCode == "" || code.interval < 0 || code.lifetime(time.Hour, false) <= 0 || code.lifetime(time.Hour, false) > deviceLimit {
			t.Errorf("accepted %+v", code)
		}
	})
}
