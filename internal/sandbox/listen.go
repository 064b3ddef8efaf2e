package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// ErrRemote means that the address to listen on can be reached from other machines and
// [Options.AllowRemote] is not set.
var ErrRemote = errors.New("address is not a loopback address")

// ListenError means that the sandbox cannot listen on the address: it is in use, belongs to
// another machine, or is not a valid address.
type ListenError struct {
	Addr string
	Err  error // the cause, such as "address already in use"
}

func (e *ListenError) Error() string { return "cannot listen on " + e.Addr + ": " + e.Err.Error() }

func (e *ListenError) Unwrap() error { return e.Err }

// listen checks whether other machines can reach the address before it opens it.
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

// ownHost reports whether a Host header names this sandbox: a loopback name or address and
// its port. Any other name may be that of a website that resolves to this machine (DNS
// rebinding).
func ownHost(host string, ourPort int) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	// EqualFold would accept a long s for an s.
	return port == strconv.Itoa(ourPort) && (strings.ToLower(name) == "localhost" || net.ParseIP(name).IsLoopback())
}
