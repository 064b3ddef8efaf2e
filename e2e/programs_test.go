package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDispatcherIsSmall holds what makes the dispatcher start fast: few
// packages, none of those that initialise a lot, few bytes.
func TestDispatcherIsSmall(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./cmd/nrepo")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	const most = 75
	if len(packages) > most {
		t.Errorf("links %d packages, more than %d", len(packages), most)
	}
	for _, p := range packages {
		switch p {
		case "net", "net/http", "encoding/json", "regexp", "flag", "os/exec", "context", "crypto/sha256", "testing":
			t.Errorf("links %s", p)
		}
		if strings.Contains(p, ".") && !strings.HasPrefix(p, "github.com/nrepo-cli/nrepo/") {
			t.Errorf("links %s of another module", p)
		}
	}
	info, err := os.Stat(filepath.Join(binaries(t), "nrepo"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 2<<20 {
		t.Errorf("is of %d bytes, more than 2 MiB", info.Size())
	}
}

// TestHandOverIsQuiet counts the system calls of the way to the command: no
// folder is read, no file opened but the runtime's own, no child started.
func TestHandOverIsQuiet(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Log("strace is not installed; nothing is counted")
		return
	}
	bin, dir := binaries(t), t.TempDir()
	if err := os.Symlink("/bin/true", filepath.Join(dir, "nrepo-nop")); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "log")
	cmd := exec.Command(strace, "-f", "-o", log, "-s", "256", filepath.Join(bin, "nrepo"), "nop")
	cmd.Env = []string{"PATH=" + dir, "HOME=" + dir}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("strace cannot trace here: %v: %s", err, out)
		return
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	start, end := strings.Index(text, "execve("), strings.LastIndex(text, "execve(")
	if start < 0 || start == end {
		t.Fatalf("no second execve in\n%s", text)
	}
	for _, line := range strings.Split(text[:end], "\n") {
		switch {
		case strings.Contains(line, "getdents"), strings.Contains(line, "fork("), strings.Contains(line, "socket("):
			t.Errorf("unwanted: %s", line)
		case strings.Contains(line, "clone") && !strings.Contains(line, "CLONE_THREAD"):
			if !strings.Contains(line, "resumed") {
				t.Errorf("a child: %s", line)
			}
		case strings.Contains(line, "open") && !strings.Contains(line, "/sys/") && !strings.Contains(line, "/proc/"):
			t.Errorf("opens a file: %s", line)
		}
	}
}
