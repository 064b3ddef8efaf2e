package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// exchange is a request from the vendor's documentation and its answer, a file in
// testdata/wire. Before are requests that create what the example needs.
type exchange struct {
	Source  string
	Before  []wireRequest
	Request wireRequest
	Status  int
	Header  map[string]string
	Body    any
}

type wireRequest struct {
	Method, Path string
	// Auth is the credential: "" for the seeded key, "session" for a session token,
	// "reader" for a key that may only read, "exhausted" for a key whose user has no
	// requests left, or "none".
	Auth string
	Body json.RawMessage
}

// placeholders stand for values that differ from run to run.
var placeholders = map[string]*regexp.Regexp{
	"<string>":  regexp.MustCompile(`(?s)^.+$`),
	"<time>":    regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`),
	"<key>":     regexp.MustCompile(`^nrp_[0-9a-f]{64}$`),
	"<masked>":  regexp.MustCompile(`^nrp_\*{8}[0-9a-f]{4}$`),
	"<color>":   regexp.MustCompile(`^#[0-9a-f]{6}$`),
	"<seconds>": regexp.MustCompile(`^[1-9]\d{0,4}$`),
}

func TestWire(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/wire/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			doc, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var ex exchange
			dec := json.NewDecoder(bytes.NewReader(doc))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&ex); err != nil {
				t.Fatal(err)
			}
			s := start(t, Options{Docs: true})
			for _, r := range ex.Before {
				if a := r.send(t, s); a.status >= 300 {
					t.Fatalf("%s %s: %d %v", r.Method, r.Path, a.status, a.body)
				}
			}
			got := ex.Request.send(t, s)
			if got.status != ex.Status {
				t.Fatalf("status %d %v, want %d", got.status, got.body, ex.Status)
			}
			for name, want := range ex.Header {
				differ(t, name, got.header.Get(name), want)
			}
			differ(t, "body", got.body, ex.Body)
		})
	}
}

func (r wireRequest) send(t *testing.T, s *Server) answer {
	h := http.Header{}
	switch r.Auth {
	case "":
		h.Set("X-API-Key", s.APIKey())
	case "session":
		token, err := s.CreateSession(time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		h.Set("Authorization", "Bearer "+token)
	case "reader":
		key, err := s.CreateKey("reader", store.ReadScope)
		if err != nil {
			t.Fatal(err)
		}
		h.Set("X-API-Key", key)
	case "exhausted":
		s.api.RateLimit = 1 // the earlier requests have used it up
		h.Set("X-API-Key", s.APIKey())
		send(t, "GET", s.APIURL()+"/user/me", h, "")
	case "none":
	default:
		t.Fatalf("unknown auth %q", r.Auth)
	}
	if r.Body != nil {
		h.Set("Content-Type", "application/json")
	}
	return send(t, r.Method, s.APIURL()+r.Path, h, string(r.Body))
}

// differ reports all differences between got and want: in field names, types and fixed
// values.
func differ(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, isObject := got.(map[string]any)
		if !isObject || !slices.Equal(keysOf(object), keysOf(want)) {
			t.Errorf("%s is %v\nwant the fields %v", at, got, keysOf(want))
			return
		}
		for name := range want {
			differ(t, at+"."+name, object[name], want[name])
		}
	case []any:
		list, isList := got.([]any)
		if !isList || len(list) != len(want) {
			t.Errorf("%s is %v\nwant %d items", at, got, len(want))
			return
		}
		for i := range want {
			differ(t, fmt.Sprintf("%s[%d]", at, i), list[i], want[i])
		}
	case string:
		text, isText := got.(string)
		if want == "<number>" {
			if n, isNumber := got.(float64); !isNumber || n < 1 {
				t.Errorf("%s is %v, want a number", at, got)
			}
		} else if form := placeholders[want]; form != nil {
			if !isText || !form.MatchString(text) {
				t.Errorf("%s is %v, want %s", at, got, want)
			}
		} else if text != want || !isText {
			t.Errorf("%s is %v, want %q", at, got, want)
		}
	default: // number, boolean, null
		if got != want {
			t.Errorf("%s is %v, want %v", at, got, want)
		}
	}
}

func keysOf(object map[string]any) []string {
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
