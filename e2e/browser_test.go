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

// TestChromium logs in with a real browser. If NREPO_SCREENSHOTS is a directory, it
// writes pictures of the pages there.
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
		page   string // text of the last page
		code   int
		stdout string
	}{
		"approve": {nil, approve, "logged in", 0, "Logged in as alice@example.com\n"},
		"deny":    {nil, deny, "not authorised", 3, ""},
		"device":  {[]string{"--device"}, approve, "approved", 0, "Logged in as alice@example.com\n"},
	} {
		t.Run(name, func(t *testing.T) {
			server := nrepotest.NewServer(t)
			tab := chromium(t)
			l := startLogin(t, server, tt.args...)
			err := chromedp.Run(tab,
				chromedp.Navigate(l.url),
				press(proceed),
				until(`document.querySelector('`+tt.button+`') !== null`),
				picture(name+"-consent"),
				press(tt.button),
				until(`document.body.innerText.toLowerCase().includes("`+tt.page+`")`),
				until(`!/code=|state=/.test(location.href)`),
				picture(name+"-end"),
			)
			if err != nil {
				t.Fatal(err)
			}
			l.end(tt.code, tt.stdout)
		})
	}
}

// TestLastPage checks the page at the end of a login on the screen of a phone, in the
// light and in the dark style.
func TestLastPage(t *testing.T) {
	if !haveShell(t, "chromium") {
		return
	}
	for scheme, number := range map[string]string{"dark": "0", "light": "1"} {
		t.Run(scheme, func(t *testing.T) {
			server := nrepotest.NewServer(t)
			tab := chromium(t, chromedp.Flag("blink-settings", "preferredColorScheme="+number))
			l := startLogin(t, server)
			var width, contrast float64
			var text string
			err := chromedp.Run(tab,
				chromedp.EmulateViewport(390, 844),
				chromedp.Navigate(l.url),
				press(`button[value="continue"]`),
				press(`button[value="approve"]`),
				until(`document.body.innerText.includes("You are logged in")`),
				until(`matchMedia("(prefers-color-scheme: `+scheme+`)").matches`),
				chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
				chromedp.Evaluate(`document.body.innerText`, &text),
				chromedp.Evaluate(leastContrast, &contrast),
				picture("last-page-"+scheme),
			)
			if err != nil {
				t.Fatal(err)
			}
			if width > 390 || contrast < 4.5 || !strings.Contains(text, "alice@example.com") {
				t.Errorf("width %v, contrast %.2f, text %q", width, contrast, text)
			}
			l.end(0, "Logged in as alice@example.com\n")
		})
	}
}

// leastContrast computes the smallest contrast of any text on the page (WCAG 2.2,
// success criterion 1.4.3).
const leastContrast = `(() => {
	const numbers = colour => colour.match(/[\d.]+/g).map(Number)
	const luminance = colour => numbers(colour).slice(0, 3)
		.map(c => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
	const ground = element => {
		const colour = getComputedStyle(element).backgroundColor
		return numbers(colour)[3] === 0 ? ground(element.parentElement) : colour
	}
	return Math.min(...[...document.querySelectorAll("h1, p, footer, svg")].map(element => {
		const a = luminance(getComputedStyle(element).color), b = luminance(ground(element))
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
	}))
})()`

// chromium starts a browser and returns its tab. The time limit is reached only if the
// browser hangs.
func chromium(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	dir, err := os.MkdirTemp("", "chromium") // the name of t.TempDir is too long for its socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.Env("TMPDIR="+dir), // a killed browser does not remove its files
		chromedp.NoSandbox,          // the sandbox does not work for root in a container
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
	)
	options = append(options, more...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	tab, cancel := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // ignore the events that chromedp does not know
	t.Cleanup(cancel)
	return tab
}

// until evaluates an expression repeatedly until it is true, even while the next page
// loads.
func until(expression string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for {
			var yes bool
			if err := chromedp.Evaluate(expression, &yes).Do(ctx); err == nil && yes {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
}

// press clicks a button as soon as it exists.
func press(button string) chromedp.Action {
	return until(`(() => {
		const button = document.querySelector('` + button + `')
		if (button) button.click()
		return button !== null
	})()`)
}

// picture takes a screenshot if NREPO_SCREENSHOTS is set.
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

// TestDeviceEvents reads the address for the approval from the JSON events, as an agent
// would.
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
