package callback

import (
	"crypto/subtle"
	"errors"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/oauth"
)

// Expected is what the answer to a login must contain.
type Expected struct {
	State       string
	Param       string // the parameter that carries the result: code or api_key
	Issuer      string // RFC 9207; "" if the server has none
	SendsIssuer bool   // the server always names the issuer
	LooseJoin   bool   // the server may append its query to ours with "?"
}

// Answer is an authentic answer, with our state. It is a result, a refusal, or an
// answer that must not be used.
type Answer struct {
	Value   string
	Refusal *oauth.Error
	Fault   error // ErrOtherServer, or nil
	Pasted  bool
}

// Empty reports whether there is no answer.
func (a Answer) Empty() bool { return a == Answer{} }

// ErrOtherServer means that the answer to a login comes from another server (RFC
// 9207, section 2.4).
var ErrOtherServer = errors.New("the response does not name the expected server")

var (
	errForeignAnswer = errors.New("that does not belong to this login")
	errNoAnswer      = errors.New("that is neither a code nor an address")
)

// ParseQuery parses the query of a callback (RFC 6749, sections 4.1.2 and
// 4.1.2.1). A query without our state, with a repeated parameter or without a
// result is an error, because it is not the answer to this login.
func (e Expected) ParseQuery(raw string) (Answer, error) {
	if e.LooseJoin {
		raw = strings.ReplaceAll(raw, "?", "&")
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return Answer{}, errForeignAnswer
	}
	for _, name := range []string{"state", "iss", "error", "error_description", e.Param} {
		if len(query[name]) > 1 {
			return Answer{}, errForeignAnswer
		}
	}
	if !e.isState(query.Get("state")) {
		return Answer{}, errForeignAnswer
	}
	if e.Issuer != "" && (query.Has("iss") || e.SendsIssuer) && query.Get("iss") != e.Issuer {
		return Answer{Fault: ErrOtherServer}, nil
	}
	a := Answer{Value: query.Get(e.Param)}
	if code := query.Get("error"); code != "" {
		a = Answer{Refusal: &oauth.Error{Code: code, Description: query.Get("error_description")}}
	}
	if a.Empty() {
		return Answer{}, errForeignAnswer
	}
	return a, nil
}

func (e Expected) isState(state string) bool {
	return subtle.ConstantTimeCompare([]byte(state), []byte(e.State)) == 1
}

// ParsePaste parses pasted text: the last address in the browser, "code#state", or
// only the code, which PKCE binds to this login as the state does for the others.
// Surrounding spaces, quotes and angle brackets are ignored.
func (e Expected) ParsePaste(text string) (Answer, error) {
	text = strings.Trim(text, " \t\r\n\"'`<>\u00a0\u201c\u201d")
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil {
			return Answer{}, errForeignAnswer
		}
		a, err := e.ParseQuery(u.RawQuery)
		a.Pasted = err == nil
		return a, err
	}
	code, state, hasState := strings.Cut(text, "#")
	if hasState && !e.isState(state) {
		return Answer{}, errForeignAnswer
	}
	if len(code) < 8 || strings.ContainsFunc(code, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Answer{}, errNoAnswer
	}
	return Answer{Value: code, Pasted: true}, nil
}
