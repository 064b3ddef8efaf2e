package apihttp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// newTransport speaks HTTP/1.1 only: one request gains nothing from HTTP/2,
// whose debug output (GODEBUG=http2debug) would show the credential. Keep-alive
// probes of TCP are off, because every attempt has its own time limit.
func newTransport() *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Protocols:              &protocols,
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            dial,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    32, // as many jobs as `nrepo import` has
		IdleConnTimeout:        30 * time.Second,
	}
}

// dial connects to localhost only on this machine, even if a resolver returns
// another address (RFC 6761, section 6.3).
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second, KeepAlive: -1}
	if host, _, err := net.SplitHostPort(address); err == nil && strings.EqualFold(host, "localhost") {
		d.Control = onlyLoopback
	}
	return d.DialContext(ctx, network, address)
}

var errElsewhere = errors.New("localhost is not this machine")

func onlyLoopback(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
		return errElsewhere
	}
	return nil
}

// checkRedirect follows redirects of reads within the origin only. net/http itself
// would send X-API-Key anywhere, and Authorization to other ports. A user in the
// address would become another credential.
func checkRedirect(next *http.Request, via []*http.Request) error {
	read := next.Method == http.MethodGet || next.Method == http.MethodHead
	first := via[0]
	if read && first.Method == next.Method && len(via) <= 5 && next.URL.User == nil &&
		authcfg.OriginOf(next.URL) == authcfg.OriginOf(first.URL) {
		return nil
	}
	return http.ErrUseLastResponse
}
