package main

import (
	"crypto/subtle"
	"errors"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/oauth"
)

// expected is what the answer to one login must be like.
type expected struct {
	state       string
	param       string // the parameter that carries the result: code or api_key
	issuer      string // RFC 9207; "" where the server has none
	sendsIssuer bool   // an answer without the issuer is not the server's
	looseJoin   bool   // the server may join its query to ours by "?"
}

// answer is an authentic answer: a result or a refusal.
type answer struct {
	value   string
	refusal *oauth.Error
	pasted  bool // as a bare code, or with its state
}

func (a answer) empty() bool { return a.value == "" && a.refusal == nil }

var errForeignAnswer = errors.New("that does not belong to this login")

// parseQuery reads the query of a callback (RFC 6749, sections 4.1.2 and
// 4.1.2.1). One without our state, twice with a parameter, with the wrong
// issuer or with nothing in it is an error: it is not the answer to this login.
func (e expected) parseQuery(raw string) (answer, error) {
	if e.looseJoin {
		raw = strings.ReplaceAll(raw, "?", "&")
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return answer{}, errForeignAnswer
	}
	for _, name := range []string{"state", "iss", "error", "error_description", e.param} {
		if len(query[name]) > 1 {
			return answer{}, errForeignAnswer
		}
	}
	if !e.isState(query.Get("state")) {
		return answer{}, errForeignAnswer
	}
	if e.issuer != "" && (query.Has("iss") || e.sendsIssuer) && query.Get("iss") != e.issuer {
		return answer{}, errForeignAnswer
	}
	a := answer{value: query.Get(e.param)}
	if code := query.Get("error"); code != "" {
		a = answer{refusal: &oauth.Error{Code: code, Description: query.Get("error_description")}}
	}
	if a.empty() {
		return answer{}, errForeignAnswer
	}
	return a, nil
}

func (e expected) isState(state string) bool {
	return subtle.ConstantTimeCompare([]byte(state), []byte(e.state)) == 1
}

// parsePaste reads what a person pastes: the address that the browser ended
// at, "code#state", or the code alone, which PKCE ties to this login as the
// state does the others. Blanks, quotes and angle brackets around it do not
// count.
func (e expected) parsePaste(text string) (answer, error) {
	text = strings.Trim(text, " \t\r\n\"'`<>\u00a0\u201c\u201d")
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil {
			return answer{}, errForeignAnswer
		}
		a, err := e.parseQuery(u.RawQuery)
		a.pasted = true
		return a, err
	}
	code, state, hasState := strings.Cut(text, "#")
	if hasState && !e.isState(state) {
		return answer{}, errForeignAnswer
	}
	if len(code) < 8 || strings.ContainsFunc(code, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return answer{}, errors.New("that is neither a code nor an address")
	}
	return answer{value: code, pasted: true}, nil
}
