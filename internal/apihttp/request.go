package apihttp

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// Request is one request.
type Request struct {
	// Method is GET, HEAD, OPTIONS, PUT, DELETE, POST or PATCH.
	Method string
	// URL is absolute and on the origin of the API.
	URL *url.URL
	// Body is sent as ContentType, "" for application/json; nil sends none.
	Body        []byte
	ContentType string
	// Header is sent in place of our own where that has the same names. What
	// checkHeader refuses is wrong use.
	Header http.Header
	// Credential goes into the header for its form; zero sends none.
	Credential authcfg.Credential
	// Secrets are in Body. No text of a failure repeats them.
	Secrets []authcfg.Secret

	// Read decodes the JSON of a success as it comes, once for each attempt, and
	// returns the decoder's error; Body is nil then. nil: Body is the whole reply.
	Read func(body io.Reader) error
	// Limits are those of Read; zero means those of Body, 16 MiB and 100,000
	// values.
	Limits Limits
}

// Limits bound a reply.
type Limits struct {
	Bytes  int // as unpacked
	Values int // of its JSON, which may take a hundred times their size in memory
}

const (
	attemptLimit = 30 * time.Second // for one attempt, its body included
	maxBody      = 16 << 20         // bytes of a reply
)

// Response is a whole reply.
type Response struct {
	Proto  string      // such as "HTTP/1.1"
	Status int         // such as 200
	Header http.Header // as it was sent
	Body   []byte      // at most 16 MiB
}

// Idempotent reports whether a request may be made twice (RFC 9110, section
// 9.2.2).
func Idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// secrets are what a request held and no text may repeat.
func (r Request) secrets() []authcfg.Secret {
	return append([]authcfg.Secret{r.Credential.Secret}, r.Secrets...)
}

// isPage reports whether a reply is a page of HTML, which the API has none of,
// but a network that wants a sign-in does.
func isPage(resp *Response) bool {
	return isHTML(resp.Header) && resp.Status != http.StatusNoContent && !json.Valid(resp.Body)
}

func isHTML(h http.Header) bool {
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return mediaType == "text/html"
}

// isOwn reports whether a reply without success is the service's own, which
// speaks JSON, or tells a client of its tokens what is wrong (RFC 6750, section
// 3). Whatever stands before it mostly sends a page.
func isOwn(resp *Response) bool {
	body := bytes.TrimSpace(resp.Body)
	if len(body) > 0 {
		return body[0] == '{' && json.Valid(body)
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	challenge, _, _ := strings.Cut(resp.Header.Get("WWW-Authenticate"), " ")
	return mediaType == "application/json" || strings.EqualFold(challenge, "Bearer")
}
