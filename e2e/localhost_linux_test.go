package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// If a resolver returns another address for localhost, no request is sent there, because
// plain http is only allowed on this machine. In this test, that address is 0.0.0.0,
// because a connection to it would succeed.
func TestLocalhostIsThisMachine(t *testing.T) {
	t.Parallel()
	own := []string{"--mount"}
	if os.Geteuid() != 0 {
		own = append(own, "--map-root-user")
	}
	if out, err := exec.Command("unshare", append(own, "true")...).CombinedOutput(); err != nil {
		need(t, fmt.Sprintf("no mounts: %v, %s", err, out))
	}
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	hosts := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(hosts, []byte("0.0.0.0 localhost\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	sandbox := nrepotest.NewServer(t)
	cmd := exec.Command("unshare", append(own, "sh", "-euc", `mount --bind "$1" /etc/hosts; exec nrepo push idea`, "sh", hosts)...)
	cmd.Env = withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey, "NEURALREPO_API_URL=http://localhost:"+port, "PATH="+binaries(t)+":"+os.Getenv("PATH"))
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 5 || !strings.Contains(string(out), "not this machine") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}
