package apihttp

import (
	"net/http"
	"net/url"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

const maxRedirects = 5

// follow makes a request, and follows redirects of reads within the origin. Any
// other redirect is the response. An http.Client is not used, because it sends
// X-API-Key to any server, and Authorization to other ports.
func follow(transport http.RoundTripper, r *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		reply, err := transport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		to := target(reply, r)
		if to == nil || n == maxRedirects {
			return reply, nil
		}
		reply.Body.Close()
		if r, err = again(r); err != nil {
			return nil, err
		}
		r.URL = to
	}
}

// target returns the address of a redirect that may be followed, or nil. A user in the
// address would become another credential.
func target(reply *http.Response, r *http.Request) *url.URL {
	switch reply.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	location := reply.Header.Get("Location")
	if location == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil
	}
	to, err := r.URL.Parse(location)
	if err != nil || to.User != nil || authcfg.OriginOf(to) != authcfg.OriginOf(r.URL) {
		return nil
	}
	return to
}

// again returns a copy of a request that was sent, to send it once more.
func again(r *http.Request) (*http.Request, error) {
	next := r.WithContext(r.Context())
	if r.GetBody == nil {
		return next, nil
	}
	body, err := r.GetBody()
	next.Body = body
	return next, err
}
