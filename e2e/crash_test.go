//go:build unix

package e2e

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// waiting starts a command and returns when its request has arrived at a server that
// does not answer before the test ends.
func waiting(t *testing.T, stdin string, environ []string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	arrived := make(chan struct{}, 1)
	ctx, release := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-ctx.Done()
	}))
	t.Cleanup(func() { release(); server.Close() })
	cmd = exec.Command(filepath.Join(binaries(t), "nrepo"), args...)
	cmd.Env = append(environ, "NEURALREPO_API_URL="+server.URL)
	cmd.Stdin = strings.NewReader(stdin)
	stderr = &bytes.Buffer{}
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	<-arrived
	return cmd, stderr
}

// When the Go runtime crashes, it prints all goroutines, but no secret. The process list
// shows no secret either.
func TestCrashShowsNoSecret(t *testing.T) {
	t.Parallel()
	sandbox := nrepotest.NewServer(t)
	key := sandbox.APIKey
	for name, tt := range map[string]struct {
		vars  []string
		stdin string
		args  []string
	}{
		"login":  {nil, key, []string{"login", "--api-key"}},
		"whoami": {[]string{"NEURALREPO_API_KEY=" + key}, "", []string{"whoami"}},
		"push":   {[]string{"NEURALREPO_API_KEY=" + key}, "", []string{"push", "An idea"}},
	} {
		for _, level := range []string{"single", "all", "system"} {
			t.Run(name+" "+level, func(t *testing.T) {
				t.Parallel()
				cmd, stderr := waiting(t, tt.stdin, withoutKey(sandbox, append(tt.vars, "GOTRACEBACK="+level)...), tt.args...)
				if runtime.GOOS == "linux" {
					for _, file := range []string{"cmdline", "environ"} {
						doc, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), file))
						if err != nil {
							t.Fatal(err)
						}
						if strings.Contains(string(doc), key) && (file == "cmdline" || tt.vars == nil) {
							t.Errorf("the key is in %s", file)
						}
					}
				}
				if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
					t.Fatal(err)
				}
				cmd.Wait()
				if !strings.Contains(stderr.String(), "goroutine ") {
					t.Errorf("no dump: %s", stderr)
				}
				for _, part := range []string{key, key[4:36], key[36:]} {
					if strings.Contains(stderr.String(), part) {
						t.Error("the dump holds the key")
					}
				}
			})
		}
	}
}
