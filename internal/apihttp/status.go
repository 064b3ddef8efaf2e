package apihttp

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// refused returns the failure for a response with an error status.
func refused(at server, r Request, resp *Response) *Failure {
	f := &Failure{Code: output.HTTPCode(resp.Status), Status: resp.Status, RetryAfter: retryAfter(resp.Header, time.Now()), sent: true}
	f.Text, f.Reason = reasonIn(resp.Body, resp.Status)
	f.Text, f.Reason = Clean(f.Text, r.secrets()), Clean(f.Reason, r.secrets())
	own, again := isOwn(resp), "try again "+later(f.RetryAfter)
	switch {
	case f.Status == 401 && own:
		f.fallback("the service rejected this credential")
		f.Hint = "it has expired or was revoked: run `" + authcfg.Command(r.Credential.Profile, "login") + "`"
		if r.Credential.Source == authcfg.FromEnv {
			f.Hint = "NEURALREPO_API_KEY is set and was rejected: set it to a valid key"
		}
	case f.Status == 403 && own:
		f.fallback("the scope of the key or the plan does not allow this")
	case f.Status == 401, f.Status == 403: // from a firewall or gateway: it says nothing about the credential
		f.between("the response from "+at.host()+" is not from the API", hintReply)
	case f.Status == http.StatusProxyAuthRequired:
		name, _ := proxyVariable()
		f.between("a proxy requires a user name and a password", "set them in "+name+", as in http://USER:PASSWORD@HOST:PORT")
	case f.Status == http.StatusNetworkAuthenticationRequired:
		f.between("the network requires you to sign in first", "open any page in a browser to sign in to the network")
	case f.Status == 404:
		f.fallback("not found")
		if f.Hint = at.pathHint(); f.Hint == "" && !own && len(resp.Body) > 0 {
			f.Hint = hintReply
		}
	case f.Status == 429:
		f.fallback("rate limit exceeded")
		f.Hint = again
	case f.Status >= 500 && own:
		f.fallback("the service failed")
		f.Hint = "the problem is at " + at.host() + ": " + again
	case f.Status >= 500:
		f.fallback("the server failed")
		f.Hint = "the problem is at " + at.host() + " or a gateway in front of it: " + again
	case f.Status >= 300 && f.Status < 400:
		f.Text = "the service sent a redirect, which was not followed"
		f.Hint = "check NEURALREPO_API_URL"
	default:
		f.fallback("the service refused the request")
	}
	if f.RetryAfter > 0 && !strings.HasSuffix(f.Hint, again) {
		f.Hint = strings.TrimPrefix(f.Hint+"; "+again, "; ")
	}
	f.passing = f.Status == 408 || f.Status == 425 || f.Status == 429 || f.Status == 503
	if mayBeDone(f.Status, own) {
		return f.unknown(r.Method)
	}
	return f
}

// mayBeDone reports whether a request may have succeeded in spite of the status,
// because a gateway may give up while the service continues.
func mayBeDone(status int, own bool) bool {
	switch status {
	case 502, 504, 520, 522, 524: // those above 511 are from Cloudflare
		return true
	case 500, 503:
		return !own
	}
	return false
}

// between changes f to a failure of a proxy or gateway. If that sent a text, the
// message includes it.
func (f *Failure) between(text, hint string) {
	f.Code, f.Hint = output.CodeNetwork, hint
	if f.Text != "" {
		text += ": " + f.Text
	}
	f.Text = text
}

// later returns when a wait is over, rounded up to whole units.
func later(wait time.Duration) string {
	const day = 24 * time.Hour
	in := func(unit time.Duration, name string) string {
		n := (wait + unit - 1) / unit
		if n != 1 {
			name += "s"
		}
		return fmt.Sprintf("in %d %s", n, name)
	}
	switch {
	case wait == 0:
		return "later"
	case wait < 2*time.Minute:
		return in(time.Second, "second")
	case wait < 2*time.Hour:
		return in(time.Minute, "minute")
	case wait < 2*day:
		return in(time.Hour, "hour")
	case wait <= 30*day:
		return in(day, "day")
	}
	return "in more than 30 days"
}

func (f *Failure) fallback(text string) {
	if f.Text == "" {
		f.Text = text
	}
}

// Clean masks secrets, and anything that looks like one, in a text from the
// service, which may repeat what it received. It cuts the text to 500 characters.
func Clean(text string, secrets []authcfg.Secret) string {
	var plain []string
	for _, secret := range secrets {
		plain = append(plain, secret.Reveal())
	}
	text = secrettext.Mask(text, plain...)
	const limit = 500
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
