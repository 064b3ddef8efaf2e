//go:build unix

package callback

import (
	"errors"
	"syscall"
)

// noAddress reports whether listening failed with err because this machine has no
// such address, or no IPv4 or IPv6.
func noAddress(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}

// isInUse reports whether listening failed with err because the port is in use.
func isInUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
