package main

import (
	"net/url"
	"strings"
	"testing"
)

// Row 21: what may be pasted.
func TestC21ParsePaste(t *testing.T) {
	t.Parallel()
	code := expected{state: "the-state", param: "code", issuer: "https://api.example/v1"}
	key := expected{state: "the-state", param: "api_key", looseJoin: true}
	iss := "&iss=" + url.QueryEscape("https://api.example/v1")
	for name, test := range map[string]struct {
		expect expected
		text   string
		value  string // "": refused
	}{
		"code":                {code, "abcdefgh12", "abcdefgh12"},
		"code#state":          {code, "abcdefgh12#the-state", "abcdefgh12"},
		"code#wrong":          {code, "abcdefgh12#other", ""},
		"code#":               {code, "abcdefgh12#", ""},
		"url":                 {code, "http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state" + iss, "abcdefgh12"},
		"url, wrong state":    {code, "http://127.0.0.1:4711/callback?code=abcdefgh12&state=other" + iss, ""},
		"url, no state":       {code, "http://127.0.0.1:4711/callback?code=abcdefgh12", ""},
		"url, other issuer":   {code, "http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state&iss=https%3A%2F%2Fevil.example", ""},
		"url of the login":    {code, "https://api.example/oauth/authorize?state=the-state&client_id=nrepo-cli", ""},
		"quotes and blanks":   {code, "  \"http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state\"\r\n", "abcdefgh12"},
		"angle brackets":      {code, "<http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state>", "abcdefgh12"},
		"curly quotes":        {code, "\u201cabcdefgh12\u201d", "abcdefgh12"},
		"empty":               {code, "", ""},
		"short":               {code, "hello", ""},
		"sentence":            {code, "where do I find it", ""},
		"other script":        {code, "gr\u00fc\u00dfe-aus-k\u00f6ln", ""},
		"control characters":  {code, "abcdefgh12\x1b[31m", ""},
		"broken url":          {code, "http://%zz", ""},
		"handoff":             {key, "http://localhost:4711/callback?state=the-state&api_key=" + handedKey, handedKey},
		"handoff joined by ?": {key, "http://localhost:4711/callback?state=the-state?api_key=" + handedKey, handedKey},
		"handoff, no state":   {key, "http://localhost:4711/callback?api_key=" + handedKey, ""},
		"handoff, the key":    {key, handedKey, handedKey},
	} {
		a, err := test.expect.parsePaste(test.text)
		if a.value != test.value || (err == nil) != (test.value != "") {
			t.Errorf("%s: %q %v", name, a.value, err)
		}
		if err != nil && strings.Contains(err.Error(), "abcdefgh") {
			t.Errorf("%s: the text is repeated: %v", name, err)
		}
	}
	a, err := code.parsePaste("http://127.0.0.1:4711/callback?error=access_denied&state=the-state")
	if err != nil || a.refusal == nil || a.refusal.Code != "access_denied" {
		t.Errorf("refusal: %+v %v", a, err)
	}
}

// FuzzPaste holds that a pasted text is an answer to this login or none, and
// that what is said of it does not repeat it.
func FuzzPaste(f *testing.F) {
	f.Add("abcdefgh12")
	f.Add("abcdefgh12#the-state")
	f.Add("http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state")
	f.Add("\x1b[200~abcdefgh12\x1b[201~")
	f.Fuzz(func(t *testing.T, text string) {
		e := expected{state: "the-state", param: "code", issuer: "https://api.example/v1"}
		a, err := e.parsePaste(text)
		if (err == nil) == a.empty() {
			t.Fatalf("answer %+v, error %v", a, err)
		}
		if err == nil && strings.ContainsAny(text, "#") && !strings.Contains(text, "://") && !strings.Contains(text, "#the-state") {
			t.Fatalf("accepted %q with another state", text)
		}
		if err == nil && (!a.pasted || !strings.Contains(text, "://") && (a.refusal != nil || !strings.Contains(text, a.value))) {
			t.Fatalf("%q is the answer %+v", text, a)
		}
		if err != nil && err != errForeignAnswer && err.Error() != "that is neither a code nor an address" {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
