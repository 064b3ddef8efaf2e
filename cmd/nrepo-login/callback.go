package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const callbackPath = "/callback"

// deadHost stands in the redirect where nothing can listen: the browser ends
// at an address that does not work, and that is pasted.
const deadHost = "127.0.0.1:65535"

// listenLoopback listens on 127.0.0.1, or on [::1] where there is no IPv4, and
// returns the host and port of the redirect. Where neither can be had the
// answer must be pasted: there is no listener. With both it listens on the two,
// for a redirect to localhost, which a browser may take for either: nobody else
// on this machine can wait at the other.
func (c *command) listenLoopback(both bool) (lns []net.Listener, host string, first error) {
	for range 10 { // of a free port the other may be taken
		lns, first = c.tryLoopback(both)
		if first == nil {
			return lns, lns[0].Addr().String(), nil
		}
		if c.callbackPort != 0 {
			break
		}
	}
	var cause syscall.Errno
	if errors.As(first, &cause) {
		first = cause // the text without addresses
	}
	if c.callbackPort != 0 {
		return nil, "", plugin.Usagef("cannot use --callback-port %d: %w", c.callbackPort, first)
	}
	if c.interactive() {
		c.env.Warn(fmt.Sprintf("the browser cannot come back by itself: %v", first))
		return nil, deadHost, nil
	}
	return nil, "", &output.Error{
		Err:  fmt.Errorf("the browser could not come back: %w", first),
		Hint: "use `nrepo login --device` or `nrepo login --api-key`",
	}
}

func (c *command) tryLoopback(both bool) (lns []net.Listener, missing error) {
	port := c.callbackPort
	for _, ip := range []string{"127.0.0.1", "::1"} {
		ln, err := c.listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
		if err != nil && !noAddress(err) {
			for _, ln := range lns {
				ln.Close()
			}
			return nil, err
		}
		if err != nil {
			missing = cmp.Or(missing, err)
			continue
		}
		if lns = append(lns, ln); !both {
			break
		}
		port = ln.Addr().(*net.TCPAddr).Port
	}
	if len(lns) > 0 {
		return lns, nil
	}
	return nil, missing
}

// callback is the page that the browser comes back to. Answers that are not
// authentic do not end the wait.
type callback struct {
	expect  expected
	hosts   []string
	arrived chan answer // the first authentic answer
	settled chan struct{}
	outcome page // once settled is closed
}

func newCallback(e expected, host string) *callback {
	_, port, _ := net.SplitHostPort(host)
	return &callback{
		expect:  e,
		hosts:   []string{"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port},
		arrived: make(chan answer, 1),
		settled: make(chan struct{}),
	}
}

// settle has every waiting browser told how the login ended.
func (c *callback) settle(p page) {
	c.outcome = p
	close(c.settled)
}

// serve answers on lns until stop is called, which returns within a second,
// after the pages on their way were delivered.
func (c *callback) serve(lns []net.Listener) (stop func()) {
	server := &http.Server{
		Handler:           c,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	server.SetKeepAlivesEnabled(false)
	var served sync.WaitGroup
	for _, ln := range lns {
		served.Go(func() { server.Serve(ln) })
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 800*time.Millisecond)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
		served.Wait()
	}
}

// ServeHTTP answers a GET of the callback path from this machine's own browser
// (RFC 8252, section 8.3): a page of another site that reaches us by a name of
// its own has another Host. There is no CORS, so no page can read an answer.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !c.isOwnHost(r.Host):
		pageMisdirected.write(w)
	case r.URL.Path != callbackPath:
		pageNotFound.write(w)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		pageMethod.write(w)
	default:
		a, err := c.expect.parseQuery(r.URL.RawQuery)
		if err != nil {
			pageForeign.write(w)
			return
		}
		select {
		case c.arrived <- a:
		default: // a reload, or somebody pasted it
		}
		select {
		case <-c.settled:
			c.outcome.write(w)
		case <-r.Context().Done():
		}
	}
}

func (c *callback) isOwnHost(host string) bool {
	for _, own := range c.hosts {
		if host == own {
			return true
		}
	}
	return false
}
