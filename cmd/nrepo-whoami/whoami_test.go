package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestWhoami(t *testing.T) {
	t.Parallel()
	const alice = `200 {"id":"user_1","email":"alice@example.com","display_name":"Al\u001b[2Jice","plan":"pro","settings_json":{}}`
	for name, tt := range map[string]struct {
		args   []string
		vars   []string
		reply  string
		stdout string // URL stands for the address of the service
		stderr string
		code   int
		asked  int
	}{
		"human": {nil, nil, alice, "Logged in as alice@example.com\n  Name:     Al\\u001b[2Jice\n  Plan:     pro\n  ID:       user_1\n" +
			"  Login:    api_key\n  Server:   URL\n  Variable: NEURALREPO_API_KEY\n", "", 0, 1},
		"JSON": {[]string{"--json"}, nil, `200 {"id":7,"email":"a@b.c"}`, "{\n  \"id\": 7,\n  \"email\": \"a@b.c\",\n  \"auth_method\": \"api_key\",\n" +
			"  \"api_url\": \"URL\",\n  \"source\": \"env\"\n}\n", "", 0, 1},
		"default of the key":  {nil, []string{"NEURALREPO_OUTPUT="}, `200 {"id":7}`, "{\n  \"id\": 7,\n  \"auth_method\": \"api_key\",\n  \"api_url\": \"URL\",\n  \"source\": \"env\"\n}\n", "", 0, 1},
		"argument":            {[]string{"alice"}, nil, alice, "", "arguments", 2, 0},
		"unknown flag":        {[]string{"--all"}, nil, alice, "", "--all", 2, 0},
		"both formats":        {[]string{"--json", "--human"}, nil, alice, "", "--human", 2, 0},
		"logged out":          {nil, []string{"NEURALREPO_API_KEY="}, alice, "", "`nrepo login`", 4, 0},
		"logged out, JSON":    {[]string{"--json"}, []string{"NEURALREPO_API_KEY="}, alice, "", `"code":"auth_required"`, 4, 0},
		"wrong shape of key":  {nil, []string{"NEURALREPO_API_KEY=s3cr3t"}, alice, "", "NEURALREPO_API_KEY", 2, 0},
		"wrong address":       {nil, []string{"NEURALREPO_API_URL=http://evil.example"}, alice, "", "NEURALREPO_API_URL", 2, 0},
		"rejected":            {nil, nil, "401 ", "", "NEURALREPO_API_KEY", 4, 1},
		"not allowed":         {nil, nil, "403 ", "", "(HTTP 403)", 1, 1},
		"rate limit":          {nil, nil, "429 ", "", "60 minutes", 5, 1},
		"server fails":        {nil, nil, "503 ", "", "(HTTP 503)", 5, 1},
		"portal page":         {nil, nil, "200 <html>", "", "http://127.0.0.1", 5, 1},
		"portal page in JSON": {nil, nil, `200 {"ok":true}`, "", "http://127.0.0.1", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := nrepotest.NewCanned(t, map[string]string{"GET /user/me": tt.reply})
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "whoami", Run: run, Args: tt.args, Vars: tt.vars})
			if want := strings.ReplaceAll(tt.stdout, "URL", s.APIURL); code != tt.code || stdout != want {
				t.Errorf("exit code %d, want %d\nstdout %q\n  want %q", code, tt.code, stdout, want)
			}
			if !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") || strings.Contains(stderr, "s3cr3t") {
				t.Errorf("stderr %q, want %q", stderr, tt.stderr)
			}
			if n := strings.Count(s.Asked(), "GET /user/me"); n != tt.asked {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// Text from the service cannot fill the screen or cover other lines.
func TestLongFields(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<19) + strings.Repeat("\u0301", 1<<18)
	s := nrepotest.NewCanned(t, map[string]string{"GET /user/me": `200 {"id":"` + long + `","email":"` + long + `","display_name":"` + long + `","plan":"` + long + `"}`})
	stdout, stderr, code := s.Execute(nrepotest.Command{Name: "whoami", Run: run})
	if code != 0 || len(stdout) > 1000 {
		t.Errorf("exit code %d, %d bytes, stderr %q", code, len(stdout), stderr)
	}
}

// The login in the file is shown, even if the variable overrides it.
func TestSource(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, map[string]string{"GET /user/me": `200 {"id":7}`})
	config := filepath.Join(t.TempDir(), "config.json")
	doc := `{"api_url":"` + s.APIURL + `","api_key":"` + nrepotest.APIKey + `","auth_method":"browser"}`
	if err := os.WriteFile(config, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"":               "  Login:    oauth\n  Server:   " + s.APIURL + "\n  File:     " + config + "\n",
		nrepotest.APIKey: " the login in " + config + "\n",
	} {
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "whoami", Run: run,
			Vars: []string{"NEURALREPO_CONFIG=" + config, "NEURALREPO_API_KEY=" + key}})
		if code != 0 || !strings.HasSuffix(stdout, want) || strings.Contains(stdout, "  Variable: NEURALREPO_API_KEY") != (key != "") {
			t.Errorf("exit code %d, stdout %q, want %q, stderr %q", code, stdout, want, stderr)
		}
	}
}

// The profile, the proxy and the certificate files are shown if they are set.
func TestWhereabouts(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, map[string]string{"GET /user/me": `200 {"id":7}`})
	home := t.TempDir()
	file := filepath.Join(home, "neuralrepo", "profiles", "work.json")
	doc := `{"api_url":"` + s.APIURL + `","api_key":"` + nrepotest.APIKey + `","auth_method":"browser"}`
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(doc), 0o600)); err != nil {
		t.Fatal(err)
	}
	vars := []string{"NEURALREPO_API_KEY=", "NEURALREPO_CONFIG=", "XDG_CONFIG_HOME=" + home, "NEURALREPO_PROFILE=work"}
	for format, want := range map[string]string{
		"--json":  `"profile": "work",` + "\n  " + `"path": "` + file + `",` + "\n  " + `"source": "config"` + "\n}\n",
		"--human": "  Profile:  work\n  Server:   " + s.APIURL + "\n  File:     " + file + "\n",
	} {
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "whoami", Run: run, Args: []string{format}, Vars: vars})
		if code != 0 || !strings.HasSuffix(stdout, want) {
			t.Errorf("exit code %d, stdout %q, want %q, stderr %q", code, stdout, want, stderr)
		}
	}
	_, stderr, code := s.Execute(nrepotest.Command{Name: "whoami", Run: run, Vars: append(vars, "NEURALREPO_PROFILE=home")})
	if code != 4 || !strings.Contains(stderr, "profile home") || !strings.Contains(stderr, "nrepo --profile home login") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}

	at := whereabouts{authcfg.Credential{Source: authcfg.FromEnv}, neuralrepo.Route{Proxy: "p:1", CertFile: "/c.pem"}, (&plugin.Env{}).Auth()}
	if got := fmt.Sprint(at.fields()[2:4], at.rows()[3:5]); got != "[{proxy p:1} {cert_file /c.pem}] [[Proxy p:1] [Trusts /c.pem]]" {
		t.Errorf("got %s", got)
	}
}
