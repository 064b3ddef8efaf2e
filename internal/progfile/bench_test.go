package progfile

import (
	"os/exec"
	"testing"
)

// BenchmarkRead searches the go command, a large Go program, for markers and the version. It
// has no markers, so all its constant data is read.
func BenchmarkRead(b *testing.B) {
	large, err := exec.LookPath("go")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		NewReader().Read(large, "x", true)
	}
}
