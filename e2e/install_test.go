//go:build unix

package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/dist/archive"
)

// release is a server with the archive of v1.2.3 for this machine.
type release struct {
	url  string
	name string // file name of the archive
	sum  string // its SHA-256, in hex
}

func newRelease(t *testing.T) *release {
	t.Helper()
	dir := "nrepo_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH
	entries := []archive.Entry{
		{Name: dir + "/share/man/man1/nrepo.1", Mode: 0o644},
		{Name: dir + "/bin/nrepo-log", Mode: 0o777, Link: "nrepo-ideas"},
	}
	for _, name := range []string{"nrepo", "nrepo-push"} {
		program, err := os.ReadFile(filepath.Join(binaries(t), name))
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, archive.Entry{Name: dir + "/bin/" + name, Mode: 0o755, Data: program})
	}
	var b bytes.Buffer
	if err := archive.TarGz(&b, entries, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	r := &release{name: dir + ".tar.gz", sum: fmt.Sprintf("%x", sha256.Sum256(b.Bytes()))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1.2.3/"+r.name, func(w http.ResponseWriter, _ *http.Request) { w.Write(b.Bytes()) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// pinned replaces the release in an example, which does not exist, with r.
func (r *release) pinned(value string) string {
	return regexp.MustCompile(`0{64}  nrepo_1\.2\.3_linux_amd64\.tar\.gz`).ReplaceAllString(value, r.sum+"  "+r.name)
}

// TestInstallScript installs a release like a CI job, on machines with different
// programs. If the checksum is not the pinned one, nothing is installed.
func TestInstallScript(t *testing.T) {
	t.Parallel()
	r := newRelease(t)
	line := r.sum + "  " + r.name
	for name, c := range map[string]struct {
		tools            []string
		version, checks  string
		code             int
		stdout, stderror string
	}{
		"curl":                {[]string{"curl", "sha256sum"}, "v1.2.3", line, 0, "Installed nrepo v1.2.3", ""},
		"wget":                {[]string{"wget", "shasum"}, "v1.2.3", strings.Repeat("0", 64) + "  other.tar.gz\n  " + line + "\n", 0, "Installed nrepo v1.2.3", ""},
		"another checksum":    {[]string{"curl", "sha256sum"}, "v1.2.3", strings.Repeat("0", 64) + "  " + r.name, 1, "", "checksum"},
		"no checksum":         {[]string{"curl", "sha256sum"}, "v1.2.3", r.sum + "  other.tar.gz", 1, "", "NREPO_CHECKSUMS"},
		"no version":          {[]string{"curl", "sha256sum"}, "latest", line, 1, "", "NREPO_VERSION"},
		"no release by curl":  {[]string{"curl", "sha256sum"}, "v1.2.4", strings.ReplaceAll(line, "1.2.3", "1.2.4"), 1, "", "download"},
		"no release by wget":  {[]string{"wget", "shasum"}, "v1.2.4", strings.ReplaceAll(line, "1.2.3", "1.2.4"), 1, "", "download"},
		"nothing to get with": {[]string{"sha256sum"}, "v1.2.3", line, 1, "", "download"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := t.TempDir()
			for _, tool := range append(c.tools, "awk", "cp", "gzip", "mkdir", "mktemp", "rm", "sh", "tar", "uname") {
				file, err := exec.LookPath(tool)
				if err != nil {
					need(t, err.Error())
				}
				if err := os.Symlink(file, filepath.Join(path, tool)); err != nil {
					t.Fatal(err)
				}
			}
			dir := filepath.Join(t.TempDir(), "a dir", "nrepo")
			script, err := filepath.Abs("../examples/ci/install.sh")
			if err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			cmd := exec.Command("sh", script, dir)
			cmd.Env = []string{"PATH=" + path, "NREPO_VERSION=" + c.version, "NREPO_CHECKSUMS=" + c.checks, "NREPO_RELEASES=" + r.url}
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderror) {
				t.Errorf("exit code %d, %q %q", code, &stdout, &stderr)
			}
			if c.code != 0 {
				if _, err := os.Stat(filepath.Dir(dir)); err == nil {
					t.Error("something was installed")
				}
				return
			}
			if out, err := exec.Command(filepath.Join(dir, "bin/nrepo"), "--version").Output(); err != nil || !strings.HasPrefix(string(out), "nrepo ") {
				t.Errorf("%s %v", out, err)
			}
			if target, err := os.Readlink(filepath.Join(dir, "bin/nrepo-log")); err != nil || target != "nrepo-ideas" {
				t.Errorf("nrepo-log leads to %q: %v", target, err)
			}
		})
	}
}
