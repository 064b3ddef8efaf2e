//go:build unix

package callback

import (
	"errors"
	"syscall"
)

// noAddress reports whether err, of listening, is that this machine has no such
// address or kind of address.
func noAddress(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}

// isInUse reports whether err, of listening, is that somebody else does.
func isInUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
