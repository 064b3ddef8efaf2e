//go:build unix

// Command execonly is what nrepo is measured against: a Go program that does
// nothing but run one fixed path, set at link time, in its own place.
package main

import (
	"os"
	"syscall"
)

var path string

func main() {
	syscall.Exec(path, os.Args, os.Environ())
	os.Exit(1)
}
