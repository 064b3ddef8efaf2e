package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Client makes requests with one credential. Safe for concurrent use.
type Client struct {
	opts  Options
	http  *apihttp.Client
	store *authcfg.Store // renews a session; nil if cred is not the stored one

	caching sync.Mutex // locked while the cache is written
	held    held

	mu   sync.Mutex
	cred authcfg.Credential // mu guards Secret and ExpiresAt; the rest never changes
}

// Options configure a Client. The zero value is ready to use.
type Options struct {
	// UserAgent is sent to the service. Default: "nrepo/" and the version of the
	// program.
	UserAgent string
	// Notify is called with a one-line message if a request takes more than a
	// second, possibly from another goroutine. Default: no messages.
	Notify func(text string)
	// NoRetry disables repeated attempts, for callers that cannot wait.
	NoRetry bool
	// CacheDir is the directory where the client stores numbers, titles and tags
	// of ideas, to save requests and for [ReadCache]. Default: no cache. All
	// commands share plugin.Env.CacheDir("nrepo"), which `nrepo logout` empties
	// (see [RemoveCache]).
	CacheDir string
}

// New returns a client with the credential of store. If there is none, the error
// wraps [authcfg.ErrNotLoggedIn]; see [authcfg.Store.Credential]. The client
// renews a stored session that has expired or is rejected.
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

// NewWithCredential returns a client with a given credential, which it does not
// renew.
func NewWithCredential(cred authcfg.Credential, opts Options) *Client {
	if opts.Notify == nil {
		opts.Notify = func(string) {}
	}
	return &Client{cred: cred, opts: opts, http: apihttp.New(cred.APIURL, opts.http())}
}

func (o Options) http() apihttp.Options {
	return apihttp.Options{UserAgent: o.UserAgent, Notify: o.Notify, NoRetry: o.NoRetry}
}

// String returns the name of the server, so that printing a Client does not show
// its credential.
func (c *Client) String() string { return "client of " + c.http.Host() }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// Credential returns the credential that the client uses.
func (c *Client) Credential() authcfg.Credential {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cred
}

// Route describes how requests reach the server, according to the settings of this
// machine. The zero value is a direct connection with the certificates of the
// system.
type Route struct {
	// Proxy is the host and port of the proxy in HTTPS_PROXY, without user name
	// and password. "" for none.
	Proxy string
	// CertFile and CertDir are SSL_CERT_FILE and SSL_CERT_DIR. "" on systems that
	// use a certificate store instead.
	CertFile, CertDir string
}

// Route returns how the client connects to its server.
func (c *Client) Route() Route { return Route(c.http.Route()) }

// Request is one request to the API.
type Request struct {
	// Method is GET, HEAD, OPTIONS, PUT, DELETE, POST or PATCH. Default: GET.
	Method string
	// Path is relative to the API URL, such as "/ideas?limit=5".
	Path string
	// Body is sent as application/json, unless Header says otherwise. nil for
	// none.
	Body []byte
	// Header is sent too. It may replace Accept, Content-Type and User-Agent.
	// Headers for credentials and headers that the client needs itself, such as
	// Host, are wrong use.
	Header http.Header

	read   func(io.Reader) error // see apihttp.Request
	limits apihttp.Limits
}

// Response is a complete response.
type Response struct {
	Proto  string      // such as "HTTP/1.1"
	Status int         // such as 200
	Header http.Header // as the server sent it
	Body   []byte      // at most 16 MiB
}

// Do makes a request and returns the response. If the status is not 200 to 299, it
// returns the response and an *[Error]. A 401 or 403 that is not JSON, a 407 and a
// 511 do not come from the service: the error has the code network_error and the
// status. GET, HEAD, OPTIONS, PUT and DELETE are repeated up to three times after
// a lost connection, 408, 425, 429 or 503. POST and PATCH are never repeated. If a
// 401 leads to a new session, every request is made once more, because a rejected
// request did nothing. An HTML page is always an error: it does not come from the
// API, but perhaps from the sign-in page of a network.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	target, err := c.resolve(r.Path)
	if err != nil {
		return nil, err
	}
	slow := time.AfterFunc(time.Second, func() { c.opts.Notify("waiting for " + c.http.Host()) })
	defer slow.Stop()
	cred, err := c.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.send(ctx, r, target)
	if status, ok := errors.AsType[*Error](err); ok && status.Status == 401 {
		fresh, err := c.renew(ctx, cred)
		if err != nil {
			return nil, err
		}
		if fresh.Secret != cred.Secret {
			return c.send(ctx, r, target) // the rejected request did nothing, so it is safe to repeat
		}
	}
	return resp, err
}

func (c *Client) send(ctx context.Context, r Request, target *url.URL) (*Response, error) {
	resp, err := c.http.Do(ctx, apihttp.Request{
		Method: r.Method, URL: target, Body: r.Body, Header: r.Header, Credential: c.Credential(), Read: r.read, Limits: r.limits,
	})
	return (*Response)(resp), asError(err)
}

// resolve returns the URL of a path, and refuses a path that leads out of the API.
// The API URL comes first, so that no path leads to another server.
func (c *Client) resolve(path string) (*url.URL, error) {
	before, _, _ := strings.Cut(path, "?")
	if strings.Contains(before, "://") || strings.HasPrefix(path, "//") {
		return nil, usageError("a path is relative to the API, such as /user/me, without a server")
	}
	u, err := url.Parse(c.cred.APIURL + "/" + strings.TrimPrefix(path, "/"))
	if err != nil || strings.Contains(path, "#") || dotSegment(u) {
		return nil, usageError("the path must look like /ideas?limit=5")
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

// call makes a request with in as its JSON body, nil for none, and decodes the
// reply into out, nil to ignore it.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.request(ctx, method, path, in)
	if err != nil || out == nil {
		return err
	}
	return c.http.Decode(method, resp.Body, out)
}

// request makes a request with in as its JSON body, nil for none.
func (c *Client) request(ctx context.Context, method, path string, in any) (*Response, error) {
	r := Request{Method: method, Path: path}
	if in != nil {
		doc, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		r.Body = doc
	}
	return c.Do(ctx, r)
}

func usageError(text string) error {
	return &output.Error{Code: output.CodeUsage, Err: errors.New(text)}
}
