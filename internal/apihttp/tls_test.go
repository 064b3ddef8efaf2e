package apihttp

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	stdlog "log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/internal/teststart"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// TestMain runs a client if helper started this process. net/http reads some variables
// only once per process.
func TestMain(m *testing.M) {
	if os.Getenv("NREPO_TEST_HELPER") != "" {
		os.Exit(plugin.Main("helper", func(ctx context.Context, env *plugin.Env) error {
			cred, err := env.Auth().Credential()
			if err != nil {
				return err
			}
			c := withKey{New(cred.APIURL, Options{}), cred}
			if os.Getenv("NREPO_TEST_HELPER") == "route" {
				_, err := fmt.Fprintf(env.Stdout, "%+v\n", c.Route())
				return err
			}
			if _, err := c.do(ctx, http.MethodPost, "/ideas", "{}"); err != nil { // POST is never repeated
				return err
			}
			_, err = io.WriteString(env.Stdout, "done\n")
			return err
		}))
	}
	os.Exit(teststart.Run(m))
}

// helper runs this test binary as a client of apiURL.
func helper(t *testing.T, apiURL string, vars ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append([]string{
		"NREPO_TEST_HELPER=1", "NEURALREPO_OUTPUT=human", "NEURALREPO_API_KEY=" + apiKey, "NEURALREPO_API_URL=" + apiURL,
		"NEURALREPO_CONFIG=" + filepath.Join(t.TempDir(), "config.json"),
	}, vars...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, _ := cmd.Output()
	return string(out), errors.String(), cmd.ProcessState.ExitCode()
}

// certificate creates a self-signed certificate.
func certificate(t *testing.T, host string, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, IPAddresses: []net.IP{net.ParseIP(host)},
		NotBefore: from, NotAfter: until, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func serveTLS(t *testing.T, config *tls.Config) (*httptest.Server, *apihttptest.Log) {
	t.Helper()
	got := &apihttptest.Log{}
	server := httptest.NewUnstartedServer(got.Handler(apihttptest.Reply(200, `{"id":1}`)))
	server.TLS = config
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, got
}

// A server without a trusted certificate receives nothing, and is not tried again.
func TestUntrustedServers(t *testing.T) {
	t.Parallel()
	now, day := time.Now(), 24*time.Hour
	between := func(host string, from, until time.Duration) tls.Certificate {
		return certificate(t, host, now.Add(from), now.Add(until))
	}
	for name, tt := range map[string]struct {
		certificate tls.Certificate
		version     uint16 // the newest version that the server supports; 0 for any
		want        string
	}{
		"signs itself":    {between("127.0.0.1", -day, day), 0, "unknown authority"},
		"other host":      {between("192.0.2.1", -day, day), 0, "another host"},
		"expired":         {between("127.0.0.1", -2*day, -day), 0, "expired"},
		"from the future": {between("127.0.0.1", day, 2*day), 0, "not valid before"},
		"too old":         {between("127.0.0.1", -day, day), tls.VersionTLS10, "protocol version not supported"},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				server, got := serveTLS(t, &tls.Config{MaxVersion: tt.version, Certificates: []tls.Certificate{tt.certificate}})
				_, err := newClient(server.URL, apiKey).do(context.Background(), method, "/x", "")
				if apihttptest.Outcome(err) != output.CodeNetwork || !strings.Contains(err.Error(), tt.want) || len(got.All()) != 0 {
					t.Errorf("error %v, want %s; %d requests", err, tt.want, len(got.All()))
				}
			})
		}
	}
}

func TestPlainHTTPOnTheTLSPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	sent := make(chan []byte, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buf := make([]byte, 4096)
		n, _ := conn.Read(buf)
		sent <- buf[:n]
		io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
	}()
	err = newClient("https://"+listener.Addr().String(), apiKey).get()
	if err == nil || !strings.HasSuffix(err.Error(), " TLS") {
		t.Errorf("error %v, hint %q", err, apihttptest.HintOf(err))
	}
	if got := <-sent; bytes.Contains(got, []byte(apiKey)) || bytes.Contains(got, []byte("HTTP/")) {
		t.Errorf("sent %q", got)
	}
}

func TestCertFile(t *testing.T) {
	t.Parallel()
	server, got := serveTLS(t, nil)
	file := filepath.Join(t.TempDir(), "ca.pem")
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, code := helper(t, server.URL, "SSL_CERT_FILE="+file); code != 0 || stdout != "done\n" || len(got.All()) != 1 {
		t.Errorf("with: exit code %d, %s", code, stderr)
	}
	other := filepath.Join(t.TempDir(), "other.pem")
	stranger := certificate(t, "192.0.2.1", time.Now(), time.Now().Add(time.Hour))
	if err := os.WriteFile(other, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: stranger.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, tt := range map[string]struct {
		vars []string
		want string
	}{
		"unset":           {nil, "set SSL_CERT_FILE"},
		"no such file":    {[]string{"SSL_CERT_FILE=" + file + ".no"}, "does not exist"},
		"a directory":     {[]string{"SSL_CERT_FILE=" + t.TempDir()}, "SSL_CERT_FILE"},
		"not PEM":         {[]string{"SSL_CERT_FILE=" + os.Args[0]}, "no PEM certificate"},
		"another's":       {[]string{"SSL_CERT_FILE=" + other}, "authority"},
		"directory":       {[]string{"SSL_CERT_DIR=" + t.TempDir()}, "SSL_CERT_DIR is set"},
		"no certificates": {[]string{"SSL_CERT_DIR=/nonexistent"}, "SSL_CERT_DIR is set"},
	} {
		_, stderr, code := helper(t, server.URL, tt.vars...)
		if code != plugin.ExitUnavailable || !strings.Contains(stderr, "unknown authority") || !strings.Contains(stderr, tt.want) || len(got.All()) != 1 {
			t.Errorf("%s: exit code %d, %s", what, code, stderr)
		}
	}
}

// Debug output of net/http shows neither the credential nor its header.
func TestDebugOutput(t *testing.T) {
	t.Parallel()
	server, got := serveTLS(t, &tls.Config{NextProtos: []string{"h2", "http/1.1"}})
	file := filepath.Join(t.TempDir(), "ca.pem")
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := helper(t, server.URL, "SSL_CERT_FILE="+file, "GODEBUG=http2debug=2,http2client=1")
	if code != 0 || strings.Contains(strings.ToLower(stdout+stderr), "api-key") || strings.Contains(stdout+stderr, apiKey) {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
	if len(got.All()) != 1 || got.All()[0].Header.Get("X-Api-Key") != apiKey {
		t.Errorf("%v", got.All())
	}
}

// No error shows the password of a proxy.
func TestProxy(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			io.WriteString(conn, "HTTP/1.1 407 "+r.Header.Get("Proxy-Authorization")+" hunter2\r\n\r\n")
			conn.Close()
		}
	}))
	t.Cleanup(refusing.Close)
	withPassword := func(url string) string { return strings.Replace(url, "http://", "http://u:hunter2@", 1) }
	for name, tt := range map[string]struct {
		variable string
		code     int
		want     string
	}{
		"down":             {"HTTPS_PROXY=http://u:hunter2@127.0.0.1:1", 5, "the proxy 127.0.0.1:1: connection refused"},
		"in small letters": {"https_proxy=http://u:hunter2@127.0.0.1:1", 5, "hint: check https_proxy"},
		"no scheme":        {"HTTPS_PROXY=u:hunter2@127.0.0.1:1", 5, "the proxy 127.0.0.1:1: connection refused"},
		"unknown":          {"HTTPS_PROXY=http://u:hunter2@proxy.invalid:1", 5, "the proxy proxy.invalid:1: "},
		"refuses":          {"HTTPS_PROXY=" + withPassword(refusing.URL), 5, "password (HTTP 407)"},
		"with blanks":      {"HTTPS_PROXY= http://u:hunter2@127.0.0.1:1\r\n", 5, "the proxy 127.0.0.1:1: connection refused"},
		"bad escape":       {"HTTPS_PROXY=http://bob:hunter2%te@127.0.0.1:1", 2, "HTTPS_PROXY is not the address of a proxy: a %"},
		"bad port":         {"https_proxy=http://bob:hunter2@127.0.0.1:http", 2, "https_proxy is not the address of a proxy"},
		"a blank in it":    {"HTTPS_PROXY=http://bob:hunter2 @127.0.0.1:1", 2, "space"},
		"a slash in it":    {"HTTPS_PROXY=http://bob:hun/ter2@127.0.0.1:1", 2, "%2F"},
		"other scheme":     {"HTTPS_PROXY=ftp://bob:hunter2@127.0.0.1:1", 2, "scheme"},
		"no host":          {"HTTPS_PROXY=http://", 2, "no host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := helper(t, "https://neuralrepo.invalid/api/v1", tt.variable)
			if all := stdout + stderr; code != tt.code || !strings.Contains(stderr, tt.want) || strings.Contains(all, "hunter2") || strings.Contains(all, "bob") {
				t.Errorf("exit code %d, stderr %q, want %q", code, stderr, tt.want)
			}
			if strings.Contains(stderr, "may have succeeded") {
				t.Errorf("nothing was sent, but: %s", stderr)
			}
		})
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	const remote, local = "https://neuralrepo.invalid/api/v1", "http://127.0.0.1:1/api/v1"
	vars := []string{"NREPO_TEST_HELPER=route", "HTTPS_PROXY=http://u:hunter2@proxy.invalid:3128", "SSL_CERT_FILE=/c.pem"}
	for _, tt := range []struct {
		apiURL string
		vars   []string
		want   string
	}{
		{remote, vars, "{Proxy:proxy.invalid:3128 CertFile:/c.pem CertDir:}"},
		{remote, append(vars, "NO_PROXY=neuralrepo.invalid"), "{Proxy: CertFile:/c.pem CertDir:}"},
		{remote, vars[:1], "{Proxy: CertFile: CertDir:}"},
		{local, vars, "{Proxy: CertFile: CertDir:}"},
	} {
		if !hasCertVariables {
			tt.want = strings.Replace(tt.want, "/c.pem", "", 1)
		}
		if stdout, stderr, _ := helper(t, tt.apiURL, tt.vars...); strings.TrimSpace(stdout) != tt.want {
			t.Errorf("%s, %q: %s %s; want %s", tt.apiURL, tt.vars, stdout, stderr, tt.want)
		}
	}
}

// Plain http to any name of this machine never goes through a proxy.
func TestNoProxyForPlainHTTP(t *testing.T) {
	t.Parallel()
	proxy := &apihttptest.Log{}
	proxyServer := httptest.NewServer(proxy.Handler(apihttptest.Reply(200, `{"id":1}`)))
	defer proxyServer.Close()
	apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{"id":1}`))
	local := strings.Replace(apiURL, "127.0.0.1", "LocalHost", 1)
	stdout, stderr, code := helper(t, local, "HTTP_PROXY="+proxyServer.URL, "http_proxy="+proxyServer.URL)
	if code != 0 || stdout != "done\n" || len(got.All()) != 1 || len(proxy.All()) != 0 {
		t.Errorf("exit code %d, %s; %d direct, %d through the proxy", code, stderr, len(got.All()), len(proxy.All()))
	}
}

// A proxy for an https request does not see the credential.
func TestProxySeesNoCredential(t *testing.T) {
	t.Parallel()
	service, got := serveTLS(t, nil) // its certificate is also for example.com
	file := filepath.Join(t.TempDir(), "ca.pem")
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: service.Certificate().Raw})
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	var asked string
	var head http.Header
	var carried bytes.Buffer
	done := make(chan struct{})
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		asked, head = r.Method+" "+r.Host, r.Header
		there, err := net.Dial("tcp", service.Listener.Addr().String())
		if err != nil {
			return
		}
		defer there.Close()
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		go io.Copy(conn, there)
		io.Copy(there, io.TeeReader(buffered, &carried))
	}))
	stdout, stderr, code := helper(t, "https://example.com/api/v1", "SSL_CERT_FILE="+file, "HTTPS_PROXY="+proxy.URL)
	proxy.Close()
	<-done
	if code != 0 || stdout != "done\n" || len(got.All()) != 1 || got.All()[0].Header.Get("X-Api-Key") != apiKey {
		t.Fatalf("exit code %d, %s; %v", code, stderr, got.All())
	}
	if asked != "CONNECT example.com:443" || carried.Len() == 0 {
		t.Errorf("the proxy was asked for %q and carried %d bytes", asked, carried.Len())
	}
	for name, values := range head {
		if strings.Contains(strings.Join(values, ""), apiKey) {
			t.Errorf("the proxy got the key in %s", name)
		}
	}
	if bytes.Contains(carried.Bytes(), []byte(apiKey)) {
		t.Error("the proxy carried the key in clear")
	}
}

func TestOnlyLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]error{
		"127.0.0.1:80": nil, "127.8.8.8:80": nil, "[::1]:80": nil, "[::ffff:127.0.0.1]:80": nil,
		"0.0.0.0:80": errElsewhere, "[::]:80": errElsewhere, "192.0.2.1:80": errElsewhere, "[2001:db8::1]:80": errElsewhere, "/run/socket": errElsewhere,
	} {
		if err := onlyLoopback("tcp", address, nil); err != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}
