// Package version returns the version of the running program.
package version

import (
	"runtime/debug"
	"strings"
)

// marker is set at link time if Go cannot record the version, for example in a source
// archive. It has the form of a marker that ends with a semicolon, so that nrepo can
// read the version in the program's file:
//
//	go build -ldflags '-X "github.com/nrepo-cli/nrepo/internal/version.marker=@(#)nrepo:version=v1.2.3;"'
var marker string

// Linked returns the version set at link time, or "".
func Linked() string {
	_, v, _ := strings.Cut(marker, "=")
	return strings.TrimSuffix(v, ";")
}

// String returns the version set at link time, or else the version of the main module
// that the go command recorded, or else "(devel)". In a program of another module, it
// is the version of that module.
func String() string {
	if v := Linked(); v != "" {
		return v
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
