//go:build unix

package main

import (
	"errors"
	"syscall"
)

// noAddress reports whether err, of listening, is that this machine has no such
// address or kind of address.
func noAddress(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}
