package callback

import (
	"errors"

	"golang.org/x/sys/windows"
)

// noAddress reports whether listening failed with err because this machine has no
// such address, or no IPv4 or IPv6.
func noAddress(err error) bool {
	return errors.Is(err, windows.WSAEADDRNOTAVAIL) || errors.Is(err, windows.WSAEAFNOSUPPORT)
}

// isInUse reports whether listening failed with err because the port is in use.
func isInUse(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }
