package callback

import (
	"errors"

	"golang.org/x/sys/windows"
)

// noAddress reports whether err, of listening, is that this machine has no such
// address or kind of address.
func noAddress(err error) bool {
	return errors.Is(err, windows.WSAEADDRNOTAVAIL) || errors.Is(err, windows.WSAEAFNOSUPPORT)
}

// isInUse reports whether err, of listening, is that somebody else does.
func isInUse(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }
