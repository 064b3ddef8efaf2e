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
	// Body is sent with the type ContentType, or application/json if that is "".
	// nil for none.
	Body        []byte
	ContentType string
	// Header replaces default headers with the same names. Headers that
	// checkHeader refuses are wrong use.
	Header http.Header
	// Credential is sent in its header. Zero for none.
	Credential authcfg.Credential
	// Secrets are secrets in Body. Failures do not repeat them.
	Secrets []authcfg.Secret

	// Read decodes the JSON of a successful response while it arrives, once per
	// attempt, and returns the error of the decoder. The response then has no
	// Body. If Read is nil, Body is the complete response.
	Read func(body io.Reader) error
	// Limits are the limits for Read. Zero for those of Body: 16 MiB and 100,000
	// values.
	Limits Limits
}

// Limits are limits for a response.
type Limits struct {
	Bytes  int // after decompression
	Values int // of its JSON, which may take a hundred times their size in memory
}

const (
	attemptLimit = 30 * time.Second // for one attempt, its body included
	maxBody      = 16 << 20         // bytes of a reply
)

// Response is a complete response.
type Response struct {
	Proto  string      // such as "HTTP/1.1"
	Status int         // such as 200
	Header http.Header // as it was sent
	Body   []byte      // at most 16 MiB
}

// Idempotent reports whether a request may be repeated (RFC 9110, section
// 9.2.2).
func Idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// secrets returns the secrets of a request, which no text may repeat.
func (r Request) secrets() []authcfg.Secret {
	return append([]authcfg.Secret{r.Credential.Secret}, r.Secrets...)
}

// isPage reports whether a response is an HTML page. The API has none, but the
// sign-in page of a network is one.
func isPage(resp *Response) bool {
	return isHTML(resp.Header) && resp.Status != http.StatusNoContent && !json.Valid(resp.Body)
}

func isHTML(h http.Header) bool {
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return mediaType == "text/html"
}

// isOwn reports whether an error response is from the service itself, which sends
// JSON or says what is wrong with the token (RFC 6750, section 3). Proxies and
// gateways usually send a page.
func isOwn(resp *Response) bool {
	body := bytes.TrimSpace(resp.Body)
	if len(body) > 0 {
		return body[0] == '{' && json.Valid(body)
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	challenge, _, _ := strings.Cut(resp.Header.Get("WWW-Authenticate"), " ")
	return mediaType == "application/json" || strings.EqualFold(challenge, "Bearer")
}
