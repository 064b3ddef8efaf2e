//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestChromium logs in through a real browser. With NREPO_SCREENSHOTS set to a
// folder it leaves pictures of the pages there.
func TestChromium(t *testing.T) {
	if !haveShell(t, "chromium") {
		return
	}
	const (
		proceed = `button[value="continue"]`
		approve = `button[value="approve"]`
		deny    = `button[value="deny"]`
	)
	for name, tt := range map[string]struct {
		args   []string
		button string
		page   string // what the last page says
		code   int
		stdout string
	}{
		"approve": {nil, approve, "logged in", 0, "Logged in as alice@example.com\n"},
		"deny":    {nil, deny, "not authorised", 3, ""},
		"device":  {[]string{"--device"}, approve, "approved", 0, "Logged in as alice@example.com\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := nrepotest.NewServer(t)
			tab := chromium(t)
			l := startLogin(t, server, tt.args...)
			var text string
			err := chromedp.Run(tab,
				chromedp.Navigate(l.url),
				chromedp.Click(proceed),
				chromedp.WaitReady(tt.button),
				picture(name+"-consent"),
				chromedp.Click(tt.button),
				chromedp.WaitNotPresent(tt.button),
				chromedp.WaitReady("body"),
				picture(name+"-end"),
				chromedp.Text("body", &text),
			)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.ToLower(text), tt.page) {
				t.Errorf("the last page says %q, want %q", text, tt.page)
			}
			l.end(tt.code, tt.stdout)
		})
	}
}

// chromium starts a browser of its own and returns its tab. The limit is for a
// broken browser only.
func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, // a container's root has none
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	tab, cancel := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // it knows not every event
	t.Cleanup(cancel)
	return tab
}

// picture takes a screenshot where pictures are wanted.
func picture(name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		dir := os.Getenv("NREPO_SCREENSHOTS")
		if dir == "" {
			return nil
		}
		var png []byte
		if err := chromedp.FullScreenshot(&png, 100).Do(ctx); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	})
}

// TestDeviceEvents has an agent read where to approve.
func TestDeviceEvents(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	cmd := startDevice(t, server)
	var event struct {
		Event    string
		Code     string `json:"user_code"`
		Complete string `json:"verification_uri_complete"`
	}
	if err := json.Unmarshal([]byte(cmd.line(t)), &event); err != nil || event.Event != "device" || event.Code == "" {
		t.Fatalf("event %+v, %v", event, err)
	}
	if err := server.Approve(t.Context(), event.Complete); err != nil {
		t.Fatal(err)
	}
	var user struct{ Email, Auth_Method string }
	if err := json.Unmarshal([]byte(cmd.line(t)), &user); err != nil || user.Email != "alice@example.com" || user.Auth_Method != "oauth" {
		t.Errorf("result %+v, %v", user, err)
	}
}
