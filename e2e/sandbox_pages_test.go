//go:build unix

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// controlContrast computes the smallest contrast of the edges of controls (WCAG 2.2,
// success criterion 1.4.11), and of a placeholder (1.4.3) if that is too small.
const controlContrast = `(() => {
	const numbers = colour => colour.match(/[\d.]+/g).map(Number)
	const luminance = colour => numbers(colour).slice(0, 3)
		.map(c => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
	const ground = element => {
		const colour = getComputedStyle(element).backgroundColor
		return numbers(colour)[3] === 0 ? ground(element.parentElement) : colour
	}
	const ratio = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05)
	const edges = [...document.querySelectorAll("input:not([type=hidden]), button")]
		.map(element => Math.max(ratio(getComputedStyle(element).borderTopColor, ground(element.parentElement)),
			ratio(ground(element), ground(element.parentElement))))
	const placeholders = [...document.querySelectorAll("input[placeholder]")]
		.map(element => ratio(getComputedStyle(element, "::placeholder").color, ground(element)) / 1.5)
	return Math.min(...edges, ...placeholders, 21)
})()`

// textContrast computes the smallest contrast of any text.
const textContrast = `(() => {
	const numbers = colour => colour.match(/[\d.]+/g).map(Number)
	const luminance = colour => numbers(colour).slice(0, 3)
		.map(c => (c /= 255, c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
	const ground = element => {
		const colour = getComputedStyle(element).backgroundColor
		return numbers(colour)[3] === 0 && element.parentElement ? ground(element.parentElement) : colour
	}
	const texts = [...document.querySelectorAll("body *")].filter(element => !element.closest("svg") &&
		[...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
	return Math.min(...texts.map(element => {
		const a = luminance(getComputedStyle(element).color), b = luminance(ground(element))
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
	}))
})()`

// offScreen lists the elements beyond the right edge of the screen, except titles in the
// graph, which are cut.
const offScreen = `[...document.querySelectorAll("body *:not(.skip, .rows a *)")]
	.filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
	.map(element => element.outerHTML.slice(0, 80))`

// TestSandboxPages checks the sandbox's pages in a real browser, on a phone and on a wide
// screen, in the light and in the dark style.
func TestSandboxPages(t *testing.T) {
	if !haveShell(t, "chromium") {
		return
	}
	for scheme, number := range map[string]string{"dark": "0", "light": "1"} {
		t.Run(scheme, func(t *testing.T) {
			server, err := sandbox.Start(sandbox.Options{Seed: sandbox.DemoSeed})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { server.Close() })
			tab := chromium(t, chromedp.Flag("blink-settings", "preferredColorScheme="+number))
			run := func(actions ...chromedp.Action) {
				t.Helper()
				if err := chromedp.Run(tab, actions...); err != nil {
					t.Fatal(err)
				}
			}
			run(chromedp.Navigate(server.URL()), press(`button[value="continue"]`), until(`document.querySelector("form[action='/keys']") !== null`))
			for name, path := range map[string]string{
				"dashboard": "/", "ideas": "/ideas", "narrowed": "/ideas?status=exploring&tag=energy", "idea": "/ideas/2", "graph": "/graph",
				"device": "/device", "device-unknown": "/device?user_code=BBBB-BBBB", "nothing": "/no/such/page", "no-idea": "/ideas/99",
			} {
				for width, size := range map[int64]string{390: "narrow", 1200: "wide"} {
					var beyond []string
					var scroll int64
					var text, control float64
					run(
						chromedp.EmulateViewport(width, 844),
						chromedp.Navigate(server.URL()+path),
						until(`matchMedia("(prefers-color-scheme: `+scheme+`)").matches && document.querySelector("main") !== null`),
						chromedp.Evaluate(`document.documentElement.scrollWidth`, &scroll),
						chromedp.Evaluate(offScreen, &beyond),
						chromedp.Evaluate(textContrast, &text),
						chromedp.Evaluate(controlContrast, &control),
						picture("sandbox-"+name+"-"+size+"-"+scheme),
					)
					if scroll > width || len(beyond) > 0 || text < 4.5 || control < 3 {
						t.Errorf("%s at %d: width %d, beyond it %q, contrast %.2f and %.2f", path, width, scroll, beyond, text, control)
					}
				}
			}
			run(
				chromedp.Evaluate(`Object.assign(new Image(), {onload: () => document.title = "icon", src: "/favicon.ico"}), 0`, nil),
				until(`document.title === "icon"`),
			)
		})
	}
}

// TestSandboxKeyboard creates a key, reloads, and opens an idea without a mouse.
func TestSandboxKeyboard(t *testing.T) {
	if !haveShell(t, "chromium") {
		return
	}
	server, err := sandbox.Start(sandbox.Options{Seed: sandbox.DemoSeed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	tab := chromium(t)
	keys := `document.querySelectorAll("form[action='/keys/revoke']").length`
	var outline, seen string
	err = chromedp.Run(tab,
		chromedp.Navigate(server.URL()),
		press(`button[value="continue"]`),
		until(keys+` === 1`),
		chromedp.Focus("#label"),
		chromedp.KeyEvent("laptop"+kb.Enter),
		until(keys+` === 2 && document.body.innerText.includes("Your new API key")`),
		chromedp.Reload(),
		until(keys+` === 2 && !document.body.innerText.includes("Your new API key")`),
		chromedp.KeyEvent(kb.Tab),
		chromedp.Evaluate(`document.activeElement.className`, &seen),
		chromedp.KeyEvent(kb.Tab+kb.Tab+kb.Tab), // skip Dashboard and Ideas
		chromedp.Evaluate(`getComputedStyle(document.activeElement).outlineStyle`, &outline),
		chromedp.KeyEvent(kb.Enter),
		until(`location.pathname === "/graph" && document.querySelectorAll("path.arc").length > 10`),
		chromedp.Focus(`.rows a[href="/ideas/2"]`),
		chromedp.KeyEvent(kb.Enter),
		until(`location.pathname === "/ideas/2" && document.body.innerText.includes("is blocked by #6 Ask the bus company")`),
	)
	if err != nil || seen != "skip" || outline != "solid" {
		t.Errorf("%v; first is %q, outline %q", err, seen, outline)
	}
}
