package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLinkedVersions links versions as a release does. nrepo must find them in the files,
// and warn if they differ.
func TestLinkedVersions(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	for program, version := range map[string]string{"nrepo": "v1.2.3", "nrepo-whoami": "v1.2.3", "nrepo-token": "v1.2.4-rc.1"} {
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags=nethttpomithttp2",
			"-ldflags", "-s -w -X 'github.com/nrepo-cli/nrepo/internal/version.marker=@(#)nrepo:version="+version+";'",
			"-o", filepath.Join(bin, program), "../cmd/"+program)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command(filepath.Join(bin, "nrepo"), "version", "-v")
	cmd.Env = []string{"PATH="}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"nrepo v1.2.3", "  whoami   v1.2.3", "  token    v1.2.4-rc.1", "  push     not installed"} {
		if !strings.Contains(stdout.String(), line+"\n") {
			t.Errorf("no line %q in\n%s", line, stdout.String())
		}
	}
	if want := "nrepo: warning: " + filepath.Join(bin, "nrepo-token") + " "; !strings.HasPrefix(stderr.String(), want) || !strings.Contains(stderr.String(), "version") {
		t.Errorf("stderr %q, want %q", stderr.String(), want)
	}
	if out, err := exec.Command(filepath.Join(bin, "nrepo-token"), "--version").Output(); err != nil || string(out) != "nrepo-token v1.2.4-rc.1\n" {
		t.Errorf("%q, %v", out, err)
	}
}
