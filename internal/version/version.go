// Package version says which version the running program is.
package version

import (
	"runtime/debug"
	"strings"
)

// marker is set at link time where build information cannot know the version,
// as in a source archive. Its form is that of a marker which ends at ;, so that
// nrepo can read the version in the program's file:
//
//	go build -ldflags '-X "github.com/nrepo-cli/nrepo/internal/version.marker=@(#)nrepo:version=v1.2.3;"'
var marker string

// Linked returns the version set at link time, "" where there is none.
func Linked() string {
	_, v, _ := strings.Cut(marker, "=")
	return strings.TrimSuffix(v, ";")
}

// String returns the version set at link time, else the version of the main
// module as the Go command recorded it, else "(devel)". In a program of another
// module that is the other module's version.
func String() string {
	if v := Linked(); v != "" {
		return v
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
