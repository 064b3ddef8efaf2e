// Package apihttp makes HTTP requests by the rules that hold for every request
// to the service: the credential goes to its own origin only, redirects do not
// leave it, time and size are bounded, what may be repeated is repeated, and
// what goes wrong becomes a [Failure] that shows no secret.
package apihttp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nrepo-cli/nrepo/internal/version"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Client makes requests to the server of one API. It holds no credential. Safe
// for concurrent use.
type Client struct {
	apiURL string
	opts   Options
	http   *http.Client
}

// Options tune a Client. The zero value is ready for use.
type Options struct {
	// UserAgent names the program to the server. Default: "nrepo/" and the
	// program's version.
	UserAgent string
	// Notify is told, in one line, why a request takes long, perhaps from
	// another goroutine. Default: nobody.
	Notify func(text string)
	// NoRetry makes every request once.
	NoRetry bool
	// Transport replaces the network in tests; nil is the network.
	Transport http.RoundTripper
}

// New returns a client of the API at apiURL.
func New(apiURL string, opts Options) *Client {
	opts.UserAgent = cmp.Or(opts.UserAgent, "nrepo/"+version.String())
	if opts.Notify == nil {
		opts.Notify = func(string) {}
	}
	if opts.Transport == nil {
		scheme, _, _ := strings.Cut(apiURL, ":")
		opts.Transport = newNetwork(scheme)
	}
	return &Client{apiURL: apiURL, opts: opts, http: &http.Client{CheckRedirect: checkRedirect, Transport: opts.Transport}}
}

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

// Response is a whole reply.
type Response struct {
	Proto  string      // such as "HTTP/1.1"
	Status int         // such as 200
	Header http.Header // as it was sent
	Body   []byte      // at most 16 MiB
}

const (
	attemptLimit = 30 * time.Second // for one attempt, its body included
	maxBody      = 16 << 20         // bytes of a reply
)

// Do makes a request and returns the reply. What is no success is a [*Failure],
// beside which the reply is returned, if there is one. Where the method may be
// repeated, up to three more attempts follow a failure that may pass: see
// [Idempotent]. An error that is no Failure is wrong use, or the cause of a
// context that has ended.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if c.opts.NoRetry || !Idempotent(r.Method) {
		return c.Once(ctx, r)
	}
	return c.retry(ctx, func() (*Response, error) { return c.Once(ctx, r) })
}

// Once is Do without a second attempt.
func (c *Client) Once(ctx context.Context, r Request) (*Response, error) {
	if !Idempotent(r.Method) && r.Method != http.MethodPost && r.Method != http.MethodPatch {
		return nil, usageError("that is not a method of the API, such as GET or POST") // TRACE would show the credential
	}
	if authcfg.Origin(r.URL.String()) != authcfg.Origin(c.apiURL) {
		return nil, usageError("that address is not on the server of the API")
	}
	if err := checkHeader(r.Header); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, attemptLimit, errSlow)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL.String(), body)
	if err != nil {
		return nil, usageError("that is not an address")
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", cmp.Or(r.ContentType, "application/json"))
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.opts.UserAgent)
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if secret := r.Credential.Secret; secret != "" {
		req.Header.Set(secret.Header())
	}
	reply, err := c.http.Do(req)
	if err != nil {
		return nil, c.noReply(ctx, r.Method, sent.Load(), err)
	}
	defer reply.Body.Close()
	if reply.StatusCode == http.StatusSwitchingProtocols { // what follows has no end
		reply.Body.Close()
		reply.Body = http.NoBody
	}
	if r.Read != nil && reply.StatusCode >= 200 && reply.StatusCode <= 299 && !isHTML(reply.Header) {
		switch cut, failure := c.stream(r, reply.Body); {
		case cut != nil:
			return nil, c.noReply(ctx, r.Method, true, cut)
		case failure != nil:
			return nil, failure
		}
		return &Response{reply.Proto, reply.StatusCode, reply.Header, nil}, nil
	}
	doc, err := io.ReadAll(io.LimitReader(reply.Body, maxBody+1))
	if err != nil {
		return nil, c.noReply(ctx, r.Method, true, err)
	}
	if len(doc) > maxBody {
		return nil, c.BadReply(r.Method, "is larger than 16 MiB")
	}
	resp := &Response{reply.Proto, reply.StatusCode, reply.Header, doc}
	switch {
	case resp.Status < 200 || resp.Status > 299:
		return resp, c.refused(r, resp)
	case isPage(resp):
		return nil, c.BadReply(r.Method, notJSON)
	case r.Read != nil: // JSON that calls itself HTML
		_, failure := c.stream(r, bytes.NewReader(doc))
		if failure != nil {
			return nil, failure
		}
	}
	return resp, nil
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

// Host names the server in messages, without path and query, in at most some 80
// characters.
func (c *Client) Host() string {
	u, err := url.Parse(c.apiURL)
	if err != nil {
		return "the server"
	}
	return u.Scheme + "://" + short(u.Host)
}

// short cuts what a person gave to a length that fits into a message.
func short(text string) string {
	const limit = 80
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}

func usageError(text string) error {
	return &output.Error{Code: output.CodeUsage, Err: errors.New(text)}
}
