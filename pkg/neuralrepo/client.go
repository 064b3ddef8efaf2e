package neuralrepo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nrepo-cli/nrepo/internal/version"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Client makes requests with one credential. Safe for concurrent use.
type Client struct {
	opts  Options
	http  *http.Client
	store *authcfg.Store // renews a session; nil where cred is not the stored one

	mu   sync.Mutex
	cred authcfg.Credential // mu guards Secret and ExpiresAt; the rest never changes
}

// Options tune a Client. The zero value is ready for use.
type Options struct {
	// UserAgent names the program to the service. Default: "nrepo/" and the
	// program's version.
	UserAgent string
	// Notify is told, in one line, why a request takes more than a second,
	// perhaps from another goroutine. Default: nobody.
	Notify func(text string)
	// NoRetry makes every request once, for a caller that has no time.
	NoRetry bool
}

// New returns a client with the credential in effect. Without one the
// error wraps [authcfg.ErrNotLoggedIn]; see [authcfg.Store.Credential]. A
// stored session that has expired or is rejected is renewed on the way.
func New(store *authcfg.Store, opts Options) (*Client, error) {
	cred, err := store.Credential()
	if err != nil {
		return nil, err
	}
	c := NewWithCredential(cred, opts)
	if cred.Source == authcfg.FromConfig {
		c.store = store
	}
	return c, nil
}

// NewWithCredential returns a client with this very credential.
func NewWithCredential(cred authcfg.Credential, opts Options) *Client {
	if opts.UserAgent == "" {
		opts.UserAgent = "nrepo/" + version.String()
	}
	if opts.Notify == nil {
		opts.Notify = func(string) {}
	}
	return &Client{cred: cred, opts: opts, http: newHTTPClient()}
}

// String names the server. Printing a Client never shows its credential.
func (c *Client) String() string { return "client of " + c.host() }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// Credential returns the credential that the client uses.
func (c *Client) Credential() authcfg.Credential {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cred
}

// Request is one request to the API.
type Request struct {
	// Method is GET, HEAD, OPTIONS, PUT, DELETE, POST or PATCH. Default: GET.
	Method string
	// Path is relative to the API URL, such as "/ideas?limit=5".
	Path string
	// Body is sent as application/json; nil sends none.
	Body []byte

	contentType string           // of Body; "" means application/json
	secrets     []authcfg.Secret // in Body, besides the client's credential
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

// Do makes a request and returns the reply. A status outside 200 to 299 is an
// [*Error]; the reply is returned beside it. Reads, PUT and DELETE are repeated
// up to three times after a lost connection, a 429 or a 503; a POST or PATCH
// never is. Where a 401 leads to another session, any request is made once more,
// as the rejected one did nothing. A page of HTML is never a success: the API
// has none, but a network that wants a sign-in does.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	resp, err := c.do(ctx, r)
	if err == nil && isPage(resp) {
		return nil, c.badReply(r.Method, "is not JSON")
	}
	return resp, err
}

func isPage(resp *Response) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return mediaType == "text/html" && resp.Status != http.StatusNoContent && !json.Valid(resp.Body)
}

func (c *Client) do(ctx context.Context, r Request) (*Response, error) {
	if !idempotent(r.Method) && r.Method != http.MethodPost && r.Method != http.MethodPatch {
		return nil, usageError("that is not a method of the API, such as GET or POST") // TRACE would show the credential
	}
	target, err := c.resolve(r.Path)
	if err != nil {
		return nil, err
	}
	slow := time.AfterFunc(time.Second, func() { c.opts.Notify("waiting for " + c.host()) })
	defer slow.Stop()
	cred, err := c.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.send(ctx, r, target)
	if status := (*Error)(nil); errors.As(err, &status) && status.Status == 401 {
		fresh, err := c.renew(ctx, cred)
		if err != nil {
			return nil, err
		}
		if fresh.Secret != cred.Secret {
			return c.send(ctx, r, target) // a 401 is no answer: nothing was done yet
		}
	}
	return resp, err
}

func (c *Client) send(ctx context.Context, r Request, target *url.URL) (*Response, error) {
	if !idempotent(r.Method) {
		return c.attempt(ctx, r, target)
	}
	lost := false
	return c.retry(ctx, func() (*Response, error) {
		resp, err := c.attempt(ctx, r, target)
		if status := (*Error)(nil); errors.As(err, &status) {
			status.repeated = lost
		}
		noReply := (*noReplyError)(nil)
		lost = lost || errors.As(err, &noReply) && noReply.sent
		return resp, err
	})
}

// resolve returns the URL of a path, which must not leave the API's origin.
func (c *Client) resolve(path string) (*url.URL, error) {
	before, _, _ := strings.Cut(path, "?")
	if strings.Contains(before, "://") || strings.HasPrefix(path, "//") {
		return nil, usageError("a path is relative to the API, such as /user/me, without a server")
	}
	u, err := url.Parse(c.cred.APIURL + "/" + strings.TrimPrefix(path, "/"))
	if err != nil || strings.Contains(path, "#") || dotSegment(u) || authcfg.Origin(u.String()) != authcfg.Origin(c.cred.APIURL) {
		return nil, usageError("that is not a path such as /ideas?limit=5")
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	return u, nil
}

// dotSegment reports whether a part of the path is "." or "..", which leads out
// of the API (RFC 3986, section 5.2.4).
func dotSegment(u *url.URL) bool {
	for _, segment := range strings.Split(u.EscapedPath(), "/") {
		if plain, err := url.PathUnescape(segment); err != nil || plain == "." || plain == ".." {
			return true
		}
	}
	return false
}

func (c *Client) attempt(ctx context.Context, r Request, target *url.URL) (*Response, error) {
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
	req, err := http.NewRequestWithContext(ctx, r.Method, target.String(), body)
	if err != nil {
		return nil, usageError("that is not an HTTP method")
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", cmp.Or(r.contentType, "application/json"))
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.opts.UserAgent)
	if secret := c.Credential().Secret; secret != "" {
		req.Header.Set(secret.Header())
	}
	reply, err := c.http.Do(req)
	if err != nil {
		return nil, c.networkError(ctx, r.Method, sent.Load(), err)
	}
	defer reply.Body.Close()
	if reply.StatusCode == http.StatusSwitchingProtocols { // what follows has no end
		reply.Body.Close()
		reply.Body = http.NoBody
	}
	doc, err := io.ReadAll(io.LimitReader(reply.Body, maxBody+1))
	if err != nil {
		return nil, c.networkError(ctx, r.Method, true, err)
	}
	if len(doc) > maxBody {
		return nil, c.badReply(r.Method, fmt.Sprintf("is larger than %d MiB", maxBody>>20))
	}
	resp := &Response{reply.Proto, reply.StatusCode, reply.Header, doc}
	if resp.Status < 200 || resp.Status > 299 {
		return resp, c.statusError(resp, r.secrets)
	}
	return resp, nil
}

// call makes a request with in as its JSON body, nil for none, and decodes the
// reply into out, nil to ignore it.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	r := Request{Method: method, Path: path}
	if in != nil {
		doc, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r.Body = doc
	}
	resp, err := c.Do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	return c.decode(method, resp, out)
}

// decode tells a reply that is not JSON at all, as from a sign-in page of a
// network in between, from one of another version of the API.
func (c *Client) decode(method string, resp *Response, out any) error {
	if err := unmarshal(resp.Body, out); err != nil {
		if !json.Valid(resp.Body) {
			return c.badReply(method, "is not JSON")
		}
		if errors.Is(err, errTooMany) {
			return c.badReply(method, err.Error())
		}
		what := ""
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
			what = ": the field " + wrong.Field + " has another type"
		}
		return c.unknownReply(method, what)
	}
	return nil
}

// unknownReply says that a reply is JSON, but of another kind than expected.
func (c *Client) unknownReply(method, what string) error {
	e := c.badReply(method, "is not one that this version understands"+what)
	e.Code = output.CodeUnknown
	return e
}

// host names the server in messages, without path and query.
func (c *Client) host() string {
	u, err := url.Parse(c.cred.APIURL)
	if err != nil {
		return "the server"
	}
	return u.Scheme + "://" + u.Host
}

func usageError(text string) error {
	return &output.Error{Code: output.CodeUsage, Err: errors.New(text)}
}
