//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// service is a sandbox in its own process.
type service struct {
	cmd    *exec.Cmd
	APIURL string `json:"api_url"`
	APIKey string `json:"api_key"`
}

// serve starts a sandbox on a free port.
func (b *bench) serve(flags ...string) (*service, error) {
	args := append([]string{"--addr", "127.0.0.1:0", "--json", "--rate-limit", "1000000000"}, flags...)
	s := &service{cmd: exec.Command(filepath.Join(b.bin, "nrepo-sandbox"), args...)}
	s.cmd.Env = append(b.env, "PATH="+system)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, s)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// stop kills the sandbox.
func (s *service) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// apiKey is an API key that no service has issued.
var apiKey = "nrp_" + strings.Repeat("0", 64)

// loggedIn gives a program a config with a login at the server.
func (b *bench) loggedIn(p program, server string) (program, error) {
	dir, err := os.MkdirTemp(b.dir, "login-")
	if err != nil {
		return p, err
	}
	config := filepath.Join(dir, "config.json")
	doc := fmt.Sprintf(`{"api_url":%q,"api_key":%q,"user_id":"user_alice","auth_method":"api_key"}`, server, apiKey)
	p.env = append(p.env, "NEURALREPO_CONFIG="+config)
	return p, os.WriteFile(config, []byte(doc), 0o600)
}

// http compares one request.
func (b *bench) http() ([]row, error) {
	server := httptest.NewServer(answers(0))
	defer server.Close()
	nrepo, err := b.loggedIn(b.nrepo(nil, "whoami"), server.URL)
	if err != nil {
		return nil, err
	}
	alone := nrepo
	alone.path, alone.args = filepath.Join(b.bin, "nrepo-whoami"), []string{"nrepo-whoami"}
	programs := map[string]program{"nrepo": nrepo, "alone": alone}
	if b.curl != "" {
		programs["curl"] = b.program(b.curl, nil, "-s", "-H", "X-API-Key: "+apiKey, server.URL+"/user/me")
	}
	return b.compare(programs, []ratio{
		{"`nrepo whoami` over HTTP, against `curl -s` of the same URL", "nrepo", "", "curl", "", 0.54},
		{"`nrepo-whoami` alone", "alone", "", "curl", "", 0.36},
	})
}

// bundle is the path of the certificates on Debian and its derivatives.
const bundle = "/etc/ssl/certs/ca-certificates.crt"

// https compares one request over TLS. Both programs trust the system's certificates and the
// server's.
func (b *bench) https() ([]row, error) {
	roots, err := os.ReadFile(bundle)
	if err != nil {
		b.notes = append(b.notes, "There is no "+bundle+": HTTPS is not measured.")
		return nil, nil
	}
	server := httptest.NewTLSServer(answers(0))
	defer server.Close()
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	trusted := b.path("trusted.pem")
	if err := os.WriteFile(trusted, append(roots, own...), 0o600); err != nil {
		return nil, err
	}
	whoami := b.program(filepath.Join(b.bin, "nrepo-whoami"), nil)
	whoami.env = append(whoami.env, "NEURALREPO_API_URL="+server.URL, "NEURALREPO_API_KEY="+apiKey, "SSL_CERT_FILE="+trusted)
	programs := map[string]program{"https": whoami}
	if b.curl != "" {
		programs["curl"] = b.program(b.curl, nil, "-s", "--cacert", trusted, server.URL+"/user/me")
	}
	return b.compare(programs, []ratio{
		{"`nrepo-whoami` over HTTPS, against `curl -s` of the same URL", "https", "", "curl", "", 0.45},
	})
}
