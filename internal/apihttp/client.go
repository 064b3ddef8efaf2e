// Package apihttp makes the HTTP requests to the service. It sends the credential
// only to its own origin, follows no redirect to another one, limits time and
// size, repeats requests that may be repeated, and turns every failure into a
// [Failure] that shows no secret.
package apihttp

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/nrepo-cli/nrepo/internal/version"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// Client makes requests to the server of an API. It has no credential. It is safe
// for concurrent use.
type Client struct {
	at     server
	origin string  // of at
	opts   Options // with all defaults
	http   *http.Client
}

// Options configure a Client. The zero value is ready to use.
type Options struct {
	// UserAgent is sent to the server. Default: "nrepo/" and the version of the
	// program.
	UserAgent string
	// Notify is called with a one-line message if a request takes long, possibly
	// from another goroutine. Default: no messages.
	Notify func(text string)
	// NoRetry makes every request only once.
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
	return &Client{server{apiURL}, authcfg.Origin(apiURL), opts, &http.Client{CheckRedirect: checkRedirect, Transport: opts.Transport}}
}

// Do makes a request and returns the response. If the request fails, it returns a
// [*Failure], and the response if there is one. If the method is [Idempotent],
// temporary failures are followed by up to three more attempts. Other errors are
// wrong use, or the cause of a cancelled context.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if c.opts.NoRetry || !Idempotent(r.Method) {
		return c.Once(ctx, r)
	}
	return retry(ctx, c.opts.Notify, func() (*Response, error) { return c.Once(ctx, r) })
}

// Once is like Do, but makes only one attempt.
func (c *Client) Once(ctx context.Context, r Request) (*Response, error) {
	if !Idempotent(r.Method) && r.Method != http.MethodPost && r.Method != http.MethodPatch {
		return nil, usageError("that is not a method of the API, such as GET or POST") // TRACE would show the credential
	}
	if authcfg.OriginOf(r.URL) != c.origin {
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
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, err
	}
	reply, err := c.http.Do(req)
	if err != nil {
		return nil, noReply(ctx, c.at, r.Method, sent.Load(), err)
	}
	defer reply.Body.Close()
	if reply.StatusCode == http.StatusSwitchingProtocols { // a connection in another protocol has no end
		reply.Body.Close()
		reply.Body = http.NoBody
	}
	if r.Read != nil && reply.StatusCode >= 200 && reply.StatusCode <= 299 && !isHTML(reply.Header) {
		switch failure, cut := stream(c.at, r, reply.Body); {
		case cut != nil:
			return nil, noReply(ctx, c.at, r.Method, true, cut)
		case failure != nil:
			return nil, failure
		}
		return &Response{reply.Proto, reply.StatusCode, reply.Header, nil}, nil
	}
	doc, err := io.ReadAll(io.LimitReader(reply.Body, maxBody+1))
	if err != nil {
		return nil, noReply(ctx, c.at, r.Method, true, err)
	}
	if len(doc) > maxBody {
		return nil, badReply(c.at, r.Method, "is larger than 16 MiB")
	}
	resp := &Response{reply.Proto, reply.StatusCode, reply.Header, doc}
	switch {
	case resp.Status < 200 || resp.Status > 299:
		return resp, refused(c.at, r, resp)
	case isPage(resp):
		return nil, badReply(c.at, r.Method, notJSON)
	case r.Read != nil: // JSON with the content type of HTML
		failure, _ := stream(c.at, r, bytes.NewReader(doc))
		if failure != nil {
			return nil, failure
		}
	}
	return resp, nil
}

// newRequest returns a request in the form of net/http.
func (c *Client) newRequest(ctx context.Context, r Request) (*http.Request, error) {
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, "", body)
	if err != nil {
		return nil, err
	}
	req.URL = r.URL // parsed already
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
	return req, nil
}

// Probe returns an error if there is no API at the client's address. It makes a
// request without a credential, and expects an error response from the API itself.
func (c *Client) Probe(ctx context.Context) error {
	u, err := url.Parse(c.at.apiURL + "/user/me")
	if err != nil {
		return usageError("the address of the API cannot be read")
	}
	resp, err := c.Once(ctx, Request{Method: http.MethodGet, URL: u})
	switch f := AsFailure(err); {
	case f == nil: // it succeeded, or ctx has ended
		return err
	case f.Status == http.StatusNotFound:
		return noAPI(c.at)
	case f.Status >= 400 && f.Status < 500 && isOwn(resp):
		return nil
	}
	return err
}

// Decode decodes the response to a request with this method into out. The error is
// a [*Failure]. It distinguishes a response that is not JSON, for example from the
// sign-in page of a network, from a response of another version of the API.
func (c *Client) Decode(method string, doc []byte, out any) error {
	if f := decode(c.at, method, doc, out); f != nil {
		return f
	}
	return nil
}

// BadReply returns the failure for a complete response that is not from the API.
// what is the reason, such as "is not JSON".
func (c *Client) BadReply(method, what string) *Failure { return badReply(c.at, method, what) }

// UnknownReply returns the failure for a response that is JSON of an unexpected
// kind. what is the reason, after a colon, or "".
func (c *Client) UnknownReply(method, what string) *Failure { return unknownReply(c.at, method, what) }

// Host returns the server for messages, without path and query.
func (c *Client) Host() string { return c.at.host() }
