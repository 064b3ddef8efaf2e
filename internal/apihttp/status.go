package apihttp

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// refused is the failure of a reply with a status that is no success.
func (c *Client) refused(r Request, resp *Response) *Failure {
	e := &Failure{Code: output.HTTPCode(resp.Status), Status: resp.Status, RetryAfter: retryAfter(resp.Header, time.Now()), sent: true}
	e.Text, e.Reason = parseErrorBody(resp.Body)
	e.Text, e.Reason = Clean(e.Text, r.secrets()), Clean(e.Reason, r.secrets())
	e.passing = e.Status == 429 || e.Status == 503
	switch {
	case e.Status == 401:
		e.fallback("the service does not accept this credential")
		e.Hint = "it has expired or was revoked: run `" + authcfg.LoginCommand(r.Credential.Profile) + "`"
		if r.Credential.Source == authcfg.FromEnv {
			e.Hint = "NEURALREPO_API_KEY is set and was rejected: set it to a valid key"
		}
	case e.Status == 403:
		e.fallback("this login may not do that: the key's scope or the plan does not allow it")
	case e.Status == 404:
		e.fallback("not found")
	case e.Status == 429:
		e.fallback("rate limit exceeded")
		e.Hint = "try again " + later(e.RetryAfter)
	case e.Status >= 500:
		e.fallback("the service failed")
		e.Hint = "the fault is at " + c.Host() + ": try again " + later(e.RetryAfter)
	case e.Status >= 300 && e.Status < 400:
		e.Text = "the service answered with a redirect, which was not followed"
		e.Hint = "check where NEURALREPO_API_URL leads"
	default:
		e.fallback("the service refused the request")
	}
	return e
}

func later(wait time.Duration) string {
	if wait == 0 {
		return "later"
	}
	return fmt.Sprintf("in %v", wait)
}

func (f *Failure) fallback(text string) {
	if f.Text == "" {
		f.Text = text
	}
}

// secrets are what a request held and no text may repeat.
func (r Request) secrets() []authcfg.Secret {
	return append([]authcfg.Secret{r.Credential.Secret}, r.Secrets...)
}

// Clean masks the secrets, and what looks like one, in a text of the service,
// which may echo what it got, and then shortens it to 500 characters.
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

// parseErrorBody understands {"error":"text"}, {"error":{"code","message"}} and
// {"error":{"field":["text",…]}}; any other body has no message.
func parseErrorBody(body []byte) (message, code string) {
	var reply struct {
		Error json.RawMessage `json:"error"`
	}
	if Unmarshal(body, &reply) != nil {
		return "", ""
	}
	if json.Unmarshal(reply.Error, &message) == nil {
		return strings.TrimSpace(message), ""
	}
	var coded struct {
		Code    json.RawMessage // a text or a number
		Message string
	}
	if json.Unmarshal(reply.Error, &coded) == nil && coded.Message != "" {
		if json.Unmarshal(coded.Code, &code) != nil {
			code = string(coded.Code)
		}
		return coded.Message, code
	}
	var fields map[string][]string
	if json.Unmarshal(reply.Error, &fields) == nil {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			parts = append(parts, name+": "+strings.Join(fields[name], ", "))
		}
		return strings.Join(parts, "; "), ""
	}
	return "", ""
}
