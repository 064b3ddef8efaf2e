package neuralrepo

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Error is a reply with a status that is no success
// (https://docs.neuralrepo.com/api/errors).
type Error struct {
	// Status is the HTTP status.
	Status int
	// Message is the service's own text, at most 500 characters; where it sent
	// none, one of ours.
	Message string
	// Code is the service's own code, such as "validation_error"; mostly "".
	Code string
	// RetryAfter is how long the service asks to wait; 0 means that it did not.
	RetryAfter time.Duration

	hint     string
	repeated bool // an earlier attempt was sent, but its reply was lost
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// As turns e into the **output.Error that a command reports.
func (e *Error) As(target any) bool {
	t, ok := target.(**output.Error)
	if ok {
		*t = &output.Error{Code: output.HTTPCode(e.Status), Status: e.Status, Hint: e.hint, Err: e}
	}
	return ok
}

// statusError is the error for a reply to a request that held the secrets sent.
func (c *Client) statusError(resp *Response, sent []authcfg.Secret) *Error {
	e := &Error{Status: resp.Status, RetryAfter: retryAfter(resp.Header, time.Now())}
	e.Message, e.Code = parseErrorBody(resp.Body)
	e.Message, e.Code = c.clean(e.Message, sent), c.clean(e.Code, sent)
	switch {
	case e.Status == 401:
		e.fallback("the service does not accept this credential")
		e.hint = "it has expired or was revoked: run `" + authcfg.LoginCommand(c.cred.Profile) + "`"
		if c.cred.Source == authcfg.FromEnv {
			e.hint = "NEURALREPO_API_KEY is set and was rejected: set it to a valid key"
		}
	case e.Status == 403:
		e.fallback("this login may not do that: the key's scope or the plan does not allow it")
	case e.Status == 404:
		e.fallback("not found")
	case e.Status == 429:
		e.fallback("rate limit exceeded")
		e.hint = "try again " + later(e.RetryAfter)
	case e.Status >= 500:
		e.fallback("the service failed")
		e.hint = "the fault is at " + c.host() + ": try again " + later(e.RetryAfter)
	case e.Status >= 300 && e.Status < 400:
		e.Message = "the service answered with a redirect, which was not followed"
		e.hint = "check where NEURALREPO_API_URL leads"
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

// clean masks the credential, and the secrets sent, in a text of the service,
// which may echo what it got, and then shortens it.
func (c *Client) clean(text string, sent []authcfg.Secret) string {
	for _, secret := range append([]authcfg.Secret{c.Credential().Secret}, sent...) {
		if secret != "" {
			mask := secret.String()
			text = strings.NewReplacer(secret.Reveal(), mask, url.QueryEscape(secret.Reveal()), mask).Replace(text)
		}
	}
	const limit = 500
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

func (e *Error) fallback(text string) {
	if e.Message == "" {
		e.Message = text
	}
}

// parseErrorBody understands {"error":"text"}, {"error":{"code","message"}} and
// {"error":{"field":["text",…]}}; any other body has no message.
func parseErrorBody(body []byte) (message, code string) {
	var reply struct {
		Error json.RawMessage `json:"error"`
	}
	if unmarshal(body, &reply) != nil {
		return "", ""
	}
	if json.Unmarshal(reply.Error, &message) == nil {
		return strings.TrimSpace(message), ""
	}
	var coded struct {
		Code    ID
		Message string
	}
	if json.Unmarshal(reply.Error, &coded) == nil && coded.Message != "" {
		return coded.Message, string(coded.Code)
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
