package progfile

import (
	"os/exec"
	"testing"
)

// BenchmarkRead looks for a marker and for the version in a large Go program, the
// go command, which has no marker: all its constant data is read.
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
