package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestFormatIsOfTheLogin has the login removed while the service answers: the result has the
// format of the login that made the request, because the config is read only once.
func TestFormatIsOfTheLogin(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"key": {"list"}, "push": {"A panel"}, "search": {"panel"}, "show": {"id:1"}, "whoami": nil,
	} {
		config := filepath.Join(t.TempDir(), "config.json")
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := os.Remove(config); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			io.WriteString(w, `{"id":1,"title":"A panel","results":[],"api_keys":[]}`)
		}))
		doc := fmt.Sprintf(`{"api_url":%q,"api_key":%q,"user_id":"u","auth_method":"api_key"}`, server.URL, nrepotest.APIKey)
		if err := os.WriteFile(config, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(filepath.Join(binaries(t), "nrepo-"+name), args...)
		cmd.Env = append(os.Environ(), "NEURALREPO_CONFIG="+config, "XDG_CACHE_HOME="+t.TempDir(),
			"NEURALREPO_API_KEY=", "NEURALREPO_API_URL=", "NEURALREPO_OUTPUT=")
		out, err := cmd.Output()
		server.Close()
		if err != nil || len(out) == 0 || out[0] != '{' {
			t.Errorf("nrepo %s: %v, not JSON: %s", name, err, out)
		}
	}
}
