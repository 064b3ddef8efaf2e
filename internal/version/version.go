// Package version says which version the running program is.
package version

import "runtime/debug"

// override is set at link time where build information cannot know the
// version, as in a source archive:
//
//	go build -ldflags '-X github.com/nrepo-cli/nrepo/internal/version.override=v1.2.3'
var override string

// Linked returns the link-time override, "" where there is none.
func Linked() string { return override }

// String returns the link-time override, else the version of the main module
// as the Go command recorded it, else "(devel)". In a program of another module
// that is the other module's version.
func String() string {
	if override != "" {
		return override
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
