package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// ErrRemote says that the address to listen on can be reached from other
// machines and [Options.AllowRemote] is not set.
var ErrRemote = errors.New("address is not a loopback address")

// ListenError says that the address cannot be listened on: it is taken, not
// this machine's, or no address at all.
type ListenError struct {
	Addr string
	Err  error // the cause, such as "address already in use"
}

func (e *ListenError) Error() string { return "cannot listen on " + e.Addr + ": " + e.Err.Error() }

func (e *ListenError) Unwrap() error { return e.Err }

// listen refuses an address that other machines can reach before it is open.
func listen(addr string, allowRemote bool) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, &ListenError{addr, err}
	}
	if !allowRemote && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: %s", ErrRemote, addr)
	}
	listener, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		var call *os.SyscallError
		if errors.As(err, &call) {
			err = call.Err
		}
		return nil, &ListenError{addr, err}
	}
	return listener, nil
}

// ownHost reports whether a Host header names this sandbox: a loopback name or
// address and its port. Anything else is a page of another site whose name was
// pointed here (DNS rebinding).
func ownHost(host string, ourPort int) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	ip := net.ParseIP(name)
	// Not EqualFold, for which a long s is an s.
	return port == fmt.Sprint(ourPort) && (strings.ToLower(name) == "localhost" || ip != nil && ip.IsLoopback())
}
