package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
)

// benchEnv returns an environment whose PATH has a number of empty directories, and then
// one with a command "nop" and a number of other files.
func benchEnv(b *testing.B, directories, strangers int) *environment {
	b.Helper()
	root := b.TempDir()
	var path []string
	for i := range directories {
		path = append(path, filepath.Join(root, strconv.Itoa(i)))
	}
	path = append(path, filepath.Join(root, "bin"))
	for _, dir := range path {
		if err := os.Mkdir(dir, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	bin := path[directories]
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			b.Fatal(err)
		}
	}
	for i := range strangers {
		write("tool-" + strconv.Itoa(i))
	}
	write("nrepo-nop")
	write("nrepo")
	environ := []string{"PATH=" + strings.Join(path, ":")}
	for i := range 40 {
		environ = append(environ, fmt.Sprintf("VARIABLE_%d=%d", i, i))
	}
	return &environment{
		args:       []string{"nrepo", "nop", "--flag", "argument"},
		environ:    environ,
		executable: filepath.Join(bin, "nrepo"),
		version:    "v1.0.0",
		replace:    func(string, []string, []string) error { return nil },
	}
}

// BenchmarkHandOver measures everything from the arguments to execve.
func BenchmarkHandOver(b *testing.B) {
	for _, directories := range []int{4, 40} {
		b.Run(fmt.Sprintf("PATH=%d", directories), func(b *testing.B) {
			env := benchEnv(b, directories, 0)
			b.ReportAllocs()
			for b.Loop() {
				if err := dispatch(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkList reads a directory as large as /usr/bin.
func BenchmarkList(b *testing.B) {
	l := newLookup(benchEnv(b, 4, 2000))
	b.ReportAllocs()
	for b.Loop() {
		if listing := lookup.List(l, ""); len(listing.Names) != 1 {
			b.Fatalf("%+v", listing)
		}
	}
}
