package callback

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

const apiKey = "nrp_1111111111111111111111111111111111111111111111111111111111111111"

// TestParsePaste checks what a user may paste.
func TestParsePaste(t *testing.T) {
	t.Parallel()
	code := Expected{State: "the-state", Param: "code", Issuer: "https://api.example/v1"}
	key := Expected{State: "the-state", Param: "api_key", LooseJoin: true}
	iss := "&iss=" + url.QueryEscape("https://api.example/v1")
	for name, test := range map[string]struct {
		expect Expected
		text   string
		value  string // "" if it is refused
	}{
		"code":                {code, "abcdefgh12", "abcdefgh12"},
		"code#state":          {code, "abcdefgh12#the-state", "abcdefgh12"},
		"code#wrong":          {code, "abcdefgh12#other", ""},
		"code#":               {code, "abcdefgh12#", ""},
		"url":                 {code, "http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state" + iss, "abcdefgh12"},
		"url, wrong state":    {code, "http://127.0.0.1:4711/callback?code=abcdefgh12&state=other" + iss, ""},
		"url, no state":       {code, "http://127.0.0.1:4711/callback?code=abcdefgh12", ""},
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
		"handoff":             {key, "http://localhost:4711/callback?state=the-state&api_key=" + apiKey, apiKey},
		"handoff joined by ?": {key, "http://localhost:4711/callback?state=the-state?api_key=" + apiKey, apiKey},
		"handoff, no state":   {key, "http://localhost:4711/callback?api_key=" + apiKey, ""},
		"handoff, the key":    {key, apiKey, apiKey},
	} {
		a, err := test.expect.ParsePaste(test.text)
		if a.Value != test.value || (err == nil) != (test.value != "") {
			t.Errorf("%s: %q %v", name, a.Value, err)
		}
		if err != nil && strings.Contains(err.Error(), "abcdefgh") {
			t.Errorf("%s: the text is repeated: %v", name, err)
		}
	}
	a, err := code.ParsePaste("http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state&iss=https%3A%2F%2Fevil.example")
	if err != nil || !errors.Is(a.Fault, ErrOtherServer) || a.Value != "" {
		t.Errorf("other issuer: %+v %v", a, err)
	}
	a, err = code.ParsePaste("http://127.0.0.1:4711/callback?error=access_denied&state=the-state")
	if err != nil || a.Refusal == nil || a.Refusal.Code != "access_denied" {
		t.Errorf("refusal: %+v %v", a, err)
	}
}

// FuzzPaste checks that pasted text is either an answer to this login or refused, and
// that the error does not repeat it.
func FuzzPaste(f *testing.F) {
	f.Add("abcdefgh12")
	f.Add("abcdefgh12#the-state")
	f.Add("http://127.0.0.1:4711/callback?code=abcdefgh12&state=the-state")
	f.Add("\x1b[200~abcdefgh12\x1b[201~")
	f.Fuzz(func(t *testing.T, text string) {
		e := Expected{State: "the-state", Param: "code", Issuer: "https://api.example/v1"}
		a, err := e.ParsePaste(text)
		if (err == nil) == a.Empty() {
			t.Fatalf("answer %+v, error %v", a, err)
		}
		if err == nil && strings.ContainsAny(text, "#") && !strings.Contains(text, "://") && !strings.Contains(text, "#the-state") {
			t.Fatalf("accepted %q with another state", text)
		}
		if err == nil && (!a.Pasted || !strings.Contains(text, "://") && (a.Refusal != nil || a.Fault != nil || !strings.Contains(text, a.Value))) {
			t.Fatalf("%q is the answer %+v", text, a)
		}
		if err != nil && err != errForeignAnswer && err != errNoAnswer {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("state=right&code=abc")
	f.Add("state=right?api_key=abc")
	f.Add("state=right&state=right&code=abc")
	f.Add("error=access_denied")
	f.Add("state=right&iss=https%3A%2F%2Fevil.example&code=abc")
	f.Fuzz(func(t *testing.T, query string) {
		for _, e := range []Expected{
			{State: "right", Param: "code", Issuer: "https://a.example"},
			{State: "right", Param: "api_key", LooseJoin: true},
		} {
			a, err := e.ParseQuery(query)
			if (err == nil) == a.Empty() {
				t.Fatalf("answer %+v, error %v", a, err)
			}
			if err == nil && !strings.Contains(query, "right") && !strings.Contains(query, "%") {
				t.Fatal("accepted without the state")
			}
		}
	})
}
