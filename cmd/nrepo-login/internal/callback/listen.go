package callback

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// Path is the path of the redirect.
const Path = "/callback"

// InUseError means that another program listens on a port of this machine.
type InUseError struct {
	Port   int
	Holder string // such as "sshd (process 4711)"; "" if unknown
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("port %d is in use by %s", e.Port, cmp.Or(e.Holder, "another program"))
}

// Listen listens on 127.0.0.1, or on [::1] if there is no IPv4, and returns the
// host and port of the redirect. Port 0 is any free port. With both, it listens on
// both addresses, for a redirect to localhost: a browser may use either, and no
// other program can listen on the other one. listen is net.Listen.
func Listen(listen func(network, address string) (net.Listener, error), port int, both bool) (lns []net.Listener, host string, err error) {
	for range 10 { // if the port is free on one address only, try another port
		lns, err = tryListen(listen, port, both)
		if err == nil {
			return lns, lns[0].Addr().String(), nil
		}
		if port != 0 {
			break
		}
	}
	if isInUse(err) {
		return nil, "", &InUseError{Port: port, Holder: holder(port)}
	}
	if cause, ok := errors.AsType[syscall.Errno](err); ok {
		err = cause // the text without addresses
	}
	return nil, "", err
}

func tryListen(listen func(network, address string) (net.Listener, error), port int, both bool) (lns []net.Listener, missing error) {
	for _, ip := range []string{"127.0.0.1", "::1"} {
		ln, err := listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
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
