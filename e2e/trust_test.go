//go:build unix

package e2e

import (
	"bytes"
	"encoding/pem"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// requesting are commands that each make a request.
var requesting = [][]string{
	{"whoami"}, {"key", "list"}, {"key", "create", "ci"}, {"key", "revoke", "1"}, {"push", "An idea", "--body", "s3cret-body"},
	{"api", "/user/me"}, {"api", "PUT", "/x", "-f", "a=s3cret-body"}, {"login", "--api-key"},
}

// result is the result of running a program.
type result struct {
	stdout, stderr string
	state          *os.ProcessState
}

// runNrepo runs nrepo with only this environment.
func runNrepo(t *testing.T, stdin string, environ []string, args ...string) result {
	t.Helper()
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), args...)
	cmd.Env = environ
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Run()
	wantNoSecret(t, nil, stdout.String(), stderr.String())
	return result{stdout.String(), stderr.String(), cmd.ProcessState}
}

// stranger is a server that must not receive anything. It counts connections and records
// what they send.
type stranger struct {
	net.Listener
	connections atomic.Int64
	mu          sync.Mutex
	got         bytes.Buffer
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stranger{Listener: listener}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.connections.Add(1)
			buf := make([]byte, 64<<10)
			n, _ := conn.Read(buf)
			s.mu.Lock()
			s.got.Write(buf[:n])
			s.mu.Unlock()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
			conn.Close()
		}
	}()
	return s
}

// wantNothing checks that there was no connection.
func (s *stranger) wantNothing(t *testing.T, what string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.connections.Load(); n != 0 {
		t.Errorf("%s: %d connections to another server: %q", what, n, s.got.String())
	}
}

// withoutKey returns the environment for a server, without its API key.
func withoutKey(server *nrepotest.Server, more ...string) []string {
	return append(environ(server), more...)
}

// A stored credential is sent only to its own server, whatever NEURALREPO_API_URL says.
func TestStoredKeyStaysAtItsServer(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	if r := runNrepo(t, server.APIKey, withoutKey(server), "login", "--api-key"); r.state.ExitCode() != 0 {
		t.Fatal(r.stderr)
	}
	other := newStranger(t)
	host := strings.TrimPrefix(server.URL, "http://")
	there := other.Addr().String()
	_, port, _ := net.SplitHostPort(there)
	for address, code := range map[string]int{
		"http://" + there + "/api/v1":                  4,
		"http://localhost:" + port + "/api/v1":         4,
		"https://" + there + "/api/v1":                 4,
		"https://" + host + "/api/v1":                  4, // the same port with another scheme
		"http://" + host + "@" + there + "/api/v1":     2,
		"http://u:p@" + there + "/api/v1":              2,
		"http://127.0.0.1.nip.io:" + port + "/api/v1":  2,
		"http://2130706433:" + port + "/api/v1":        2,
		"http://0177.0.0.1:" + port + "/api/v1":        2,
		"http:\\\\" + there + "/api/v1":                2,
		"//" + there + "/api/v1":                       2,
		"http://" + there + "/api/v1?u=" + host:        2,
		"http://" + there + "/api/v1#" + host:          2,
		"http://１27.0.0.1:" + port + "/api/v1":         2,
		"ftp://" + there + "/api/v1":                   2,
		"http://" + there + "\r\nX-Evil: 1\r\n/api/v1": 2,
	} {
		for _, args := range requesting {
			if args[0] == "login" { // login may use another server
				continue
			}
			r := runNrepo(t, "", withoutKey(server, "NEURALREPO_API_URL="+address, "NEURALREPO_OUTPUT=human"), args...)
			if r.state.ExitCode() != code || r.stdout != "" {
				t.Errorf("%s with %q: exit code %d, want %d: %s%s", args, address, r.state.ExitCode(), code, r.stdout, r.stderr)
			}
			if code == 4 && (!strings.Contains(r.stderr, server.APIURL) || !strings.Contains(r.stderr, "unset NEURALREPO_API_URL")) {
				t.Errorf("%s does not name the stored server and the way out: %s", args, r.stderr)
			}
		}
		other.wantNothing(t, address)
	}
}

// No command follows a redirect to another server, with any status.
func TestCommandsStayAtTheServer(t *testing.T) {
	t.Parallel()
	other := newStranger(t)
	sandbox := nrepotest.NewServer(t) // provides a key and directories
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{"http://" + other.Addr().String() + "/api/v1", "https://" + other.Addr().String() + "/", "//" + other.Addr().String()} {
			server := httptest.NewServer(http.RedirectHandler(target, code))
			for _, args := range requesting {
				r := runNrepo(t, sandbox.APIKey, withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey, "NEURALREPO_API_URL="+server.URL+"/api/v1"), args...)
				if r.state.ExitCode() != 1 || !strings.Contains(r.stderr, "a redirect, which was not followed") {
					t.Errorf("%s and a %d: exit code %d, %s%s", args, code, r.state.ExitCode(), r.stdout, r.stderr)
				}
			}
			server.Close()
			other.wantNothing(t, target)
		}
	}
	if _, err := os.Stat(sandbox.Config); err == nil {
		t.Error("a login was stored")
	}
}

// The programs trust the authorities in SSL_CERT_FILE, and send nothing to other servers.
func TestCertificates(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		switch {
		case r.Method == "GET" && strings.HasSuffix(r.URL.Path, "api-keys"):
			io.WriteString(w, "[]")
		default:
			io.WriteString(w, `{"id":"1","email":"alice@example.com","title":"An idea","label":"ci","key":"k"}`)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	sandbox := nrepotest.NewServer(t)
	vars := withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey, "NEURALREPO_API_URL="+server.URL, "NEURALREPO_OUTPUT=human",
		"NODE_TLS_REJECT_UNAUTHORIZED=0", "GIT_SSL_NO_VERIFY=1", "PYTHONHTTPSVERIFY=0") // variables of other programs
	for _, args := range requesting {
		r := runNrepo(t, sandbox.APIKey, vars, args...)
		if r.state.ExitCode() != 5 || requests.Load() != 0 || !strings.Contains(r.stderr, "unknown authority\nhint: ") {
			t.Errorf("%s: exit code %d, %d requests, %s", args, r.state.ExitCode(), requests.Load(), r.stderr)
		}
	}
	missing := runNrepo(t, sandbox.APIKey, append(vars, "SSL_CERT_FILE="+authority+".no"), "whoami")
	if missing.state.ExitCode() != 5 || !strings.Contains(missing.stderr, "hint: SSL_CERT_FILE") {
		t.Errorf("SSL_CERT_FILE without a file: exit code %d, %s", missing.state.ExitCode(), missing.stderr)
	}
	for _, args := range requesting {
		if r := runNrepo(t, sandbox.APIKey, append(vars, "SSL_CERT_FILE="+authority), args...); r.state.ExitCode() != 0 || requests.Swap(0) == 0 {
			t.Errorf("%s with SSL_CERT_FILE: exit code %d, %s", args, r.state.ExitCode(), r.stderr)
		}
	}
	if r := runNrepo(t, sandbox.APIKey, append(vars, "SSL_CERT_FILE="+authority), "whoami"); !strings.Contains(r.stdout, authority) {
		t.Errorf("whoami does not name the certificates: %s", r.stdout)
	}
}

// TestNoSwitch checks that no code weakens TLS or reads the variables of other programs
// for it.
func TestNoSwitch(t *testing.T) {
	t.Parallel()
	weak := regexp.MustCompile(`InsecureSkipVerify|VerifyPeerCertificate|VerifyConnection|RootCAs|http\.DefaultClient|http\.(Get|Post|PostForm|Head)\(`)
	if !weak.MatchString("http.Get(x)") {
		t.Fatal("the pattern finds nothing")
	}
	seen := 0
	for _, root := range []string{"../cmd", "../pkg", "../internal/apihttp", "../internal/oauth"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			seen++
			text, err := os.ReadFile(path)
			for _, found := range weak.FindAllString(string(text), -1) {
				if path != "../internal/apihttp/bundle.go" || found != "RootCAs" { // uses only authorities of the system
					t.Errorf("%s: %s", path, found)
				}
			}
			return err
		})
		if err != nil || seen == 0 {
			t.Fatal(err)
		}
	}
}

// Time and memory are limited for an endless answer, and for one that takes a hundred
// times its size in memory.
func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for block := bytes.Repeat([]byte("["), 1<<20); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	sandbox := nrepotest.NewServer(t)
	wantRefused := func(server *httptest.Server, want int, reason string, args ...string) {
		t.Helper()
		// A Go program that exceeds this limit exits with code 2.
		cmd := exec.Command("/bin/sh", append([]string{"-c", `ulimit -d 300000 && exec nrepo "$@"`, "sh"}, args...)...)
		cmd.Env = withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey, "NEURALREPO_API_URL="+server.URL, "PATH="+binaries(t))
		cmd.Stdin = strings.NewReader(sandbox.APIKey)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != want || !strings.Contains(string(out), reason) {
			t.Errorf("%s: exit code %d, %.500s", args, code, out)
		}
		wantNoSecret(t, sandbox, string(out))
	}
	for _, args := range requesting {
		wantRefused(endless, 5, "is larger than 16 MiB", args...)
	}

	const many = 5 << 20
	for _, tt := range []struct {
		status int
		body   string
		want   int
		reason string
		args   []string
	}{
		{200, "[" + strings.Repeat("{},", many) + "{}]", 5, "has more than 100000 values", []string{"key", "list"}},
		{200, `[{"id":1,"label":[` + strings.Repeat(`"",`, many) + `""]}]`, 5, "has more than 100000 values", []string{"key", "list"}},
		{201, `{"id":1,"tags":[` + strings.Repeat(`"",`, many) + `""]}`, 5, "has more than 100000 values", []string{"push", "An idea"}},
		{400, `{"error":{"a":[` + strings.Repeat(`"",`, many) + `""]}}`, 1, "refused", []string{"whoami"}},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.status)
			io.WriteString(w, tt.body)
		}))
		defer server.Close()
		wantRefused(server, tt.want, tt.reason, tt.args...)
	}
}

// The time limit for a silent server is shorter if a user or other processes wait.
func TestSilence(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // never accepts a connection
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() }) // after the parallel subtests
	api := "http://" + silent.Addr().String()
	for name, tt := range map[string]struct {
		login string
		args  []string
		code  int
		want  string
	}{
		"end of a session":     {`"api_key":"s3cret-token","refresh_token":"s3cret-refresh"`, []string{"logout"}, 0, "no answer within 5s"},
		"end of a key":         {`"api_key":"nrp_` + strings.Repeat("ab12cd34", 8) + `"`, []string{"logout", "--revoke"}, 0, "no answer within 5s"},
		"renewal of a session": {`"api_key":"s3cret-token","refresh_token":"s3cret-refresh","expires_at":"2026-01-01T00:00:00Z"`, []string{"whoami"}, 5, "no answer within 15s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := filepath.Join(t.TempDir(), "config.json")
			if err := os.WriteFile(config, []byte(`{"api_url":"`+api+`","auth_method":"oauth",`+tt.login+`}`), 0o600); err != nil {
				t.Fatal(err)
			}
			r := runNrepo(t, "", withoutKey(nrepotest.NewServer(t), "NEURALREPO_API_KEY=", "NEURALREPO_API_URL=", "NEURALREPO_CONFIG="+config), tt.args...)
			if code := r.state.ExitCode(); code != tt.code || !strings.Contains(r.stderr, tt.want) {
				t.Errorf("exit code %d, stderr %s", code, r.stderr)
			}
		})
	}
}
