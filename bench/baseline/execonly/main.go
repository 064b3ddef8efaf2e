//go:build unix

// Command execonly is a Go program that nrepo is compared with. It only replaces itself with
// one program, whose path is set at link time.
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
