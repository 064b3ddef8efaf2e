package neuralrepo

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// rawReply is a server that answers everything with the same bytes.
type rawReply string

func (raw *rawReply) RoundTrip(r *http.Request) (*http.Response, error) {
	return http.ReadResponse(bufio.NewReader(strings.NewReader(string(*raw))), r)
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// clientOf returns a client of a server, with the API key and without retries.
func clientOf(server http.RoundTripper) *Client {
	c := newClient("https://api.example/v1", apiKey)
	c.http = apihttp.New(c.cred.APIURL, apihttp.Options{Transport: server, NoRetry: true})
	return c
}

// wantShort fails if an error is long, has no code, or shows the key.
func wantShort(t *testing.T, err error) {
	t.Helper()
	var out bytes.Buffer
	if err := output.WriteError(&out, output.Human, "nrepo", err); err != nil {
		t.Fatal(err)
	}
	if e := output.AsError(err); e.Code == "" || utf8.RuneCountInString(err.Error()) > 600 || strings.Contains(out.String(), apiKey[8:]) {
		t.Errorf("code %q: %s", e.Code, &out)
	}
}

// FuzzReply checks that for any bytes from a server, a request ends in a reply or in a short
// error without the credential. KEY stands for the API key.
func FuzzReply(f *testing.F) {
	ctx, server := context.Background(), new(rawReply)
	c := clientOf(server) // one client for all runs, because it is slow to create
	f.Fuzz(func(t *testing.T, raw string) {
		*server = rawReply(strings.ReplaceAll(raw, "KEY", apiKey))
		if _, err := c.Do(ctx, Request{Path: "/x"}); err != nil {
			wantShort(t, err)
		}
	})
}

// decoders decode the body of a reply, by call.
var decoders = []func() any{
	func() any { return new(User) },
	func() any { return new(listOf[APIKey]).under("api_keys") },
	func() any { return new(CreatedAPIKey) },
	func() any { return new(done) },
	func() any { return new(Idea) },
	func() any { return new(listOf[Tag]).under("tags") },
	func() any { return new(SearchResult) },
	func() any { return new(Relations) },
	func() any { return new(madeRelation) },
	func() any { return new(BulkResult[BulkChange]) },
	func() any { return new(BulkResult[LinkChange]) },
	func() any { return &streamedMap{&Map{}} },
	func() any { return new(listOf[Duplicate]).under("duplicates", "detections") },
	func() any { return new(listOf[numberedID]).under("results") },
}

// streamedMap decodes a map from a stream, as Client.Map does.
type streamedMap struct{ *Map }

func (m *streamedMap) UnmarshalJSON(doc []byte) (err error) {
	m.Map, err = readMap(bytes.NewReader(doc), packer.node)
	return err
}

// FuzzDecode checks that each call returns a result that can be printed, or a short error.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`null`, `3`, `"x"`, `[null]`, `{}`, `[`, "\xff", alice, `{"success":false}`, `{"error":"no"}`,
		`{"api_keys":[{"id":1,"label":"a","created_at":null}]}`,
		`{"id":1,"key":"nrp_1","label":"a","created_at":"2026-01-15"}`,
		`{"id":698,"number":12,"title":"T","tags":null,"is_archived":1,"processing":0,"links":[{"id":1,"url":"u"}],"relations":[{"id":2,"source_idea_id":698,"target_idea_id":5,"score":1e9}]}`,
		`{"ideas":[{"id":"a","score":null,"tags":["a"]}],"has_more":true}`,
		`{"tags":[{"id":1,"name":"a","idea_count":2}]}`,
		`{"query":"x","search_type":"fts","results":[{"id":1,"score":0.5},{"number":12,"id":698}]}`,
		`{"outgoing":[{"id":1,"idea_id":2,"idea_number":3,"idea_title":"t"}],"incoming":[]}`,
		`{"relation":{"id":1,"relation_type":"blocks"}}`,
		`{"updated":1,"linked":1,"errors":0,"results":[{"id":1,"status":"error","error":"x","source_idea_id":2}]}`,
		`{"nodes":[{"id":1,"title":"t","status":"captured","tags":["a"]}],"edges":[{"id":1,"source":1,"target":"2"}]}`,
		`{"duplicates":[{"id":1,"idea_id":2,"duplicate_of_id":3,"similarity_score":0.5}]}`,
		`{"detections":[{"id":1,"score":0.5}]}`,
	} {
		for n := range decoders {
			f.Add(n, []byte(body))
		}
	}
	c := clientOf(nil)
	f.Fuzz(func(t *testing.T, n int, body []byte) {
		if n < 0 || n >= len(decoders) {
			return
		}
		out := decoders[n]()
		if err := c.http.Decode(http.MethodGet, body, out); err != nil {
			wantShort(t, err)
			return
		}
		if err := output.WriteJSON(io.Discard, out); err != nil {
			t.Errorf("%T: %v", out, err)
		}
	})
}

// FuzzPath checks that no path of a request leads outside of the API.
func FuzzPath(f *testing.F) {
	c := newClient("https://api.example/v1", apiKey)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := c.resolve(path)
		if err != nil {
			wantShort(t, err)
			return
		}
		r, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		var sent strings.Builder
		if err := r.Write(&sent); err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		target := strings.Fields(sent.String())[1]
		if u.Scheme != "https" || r.URL.Host != "api.example" || r.Host != "api.example" || u.User != nil || !strings.HasPrefix(target, "/v1/") {
			t.Errorf("%q leads to %q", path, u)
		}
		if clean := r.URL.JoinPath(); !strings.HasPrefix(clean.Path, "/v1") {
			t.Errorf("%q leads to %q", path, clean)
		}
	})
}
