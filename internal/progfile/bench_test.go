package progfile

import (
	"os/exec"
	"testing"
)

// BenchmarkRead searches the go command, a large Go program, for a marker and the version. It
// has no marker, so all its constant data is read.
func BenchmarkRead(b *testing.B) {
	large, err := exec.LookPath("go")
	if err != nil {
		b.Fatal(err)
	}
	for name, want := range map[string]Wanted{"marker": {Summary: true}, "version": {Version: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				NewReader().Read(large, "x", want)
			}
		})
	}
}
