package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

func TestToken(t *testing.T) {
	t.Parallel()
	const apiKey = nrepotest.APIKey
	session := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(session, []byte(`{"api_url":"https://a.example/v1","api_key":"s3ss10n","auth_method":"oauth"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	asSession := []string{"NEURALREPO_API_KEY=", "NEURALREPO_API_URL=", "NEURALREPO_CONFIG=" + session}
	for name, tt := range map[string]struct {
		args   []string
		vars   []string
		stdout string // URL stands for the address of the service
		stderr string
		code   int
	}{
		"key":             {nil, nil, apiKey + "\n", "", 0},
		"key's default":   {nil, []string{"NEURALREPO_OUTPUT="}, apiKey + "\n", "", 0},
		"header":          {[]string{"--header"}, nil, "X-API-Key: " + apiKey + "\n", "", 0},
		"JSON":            {[]string{"--json"}, nil, "{\n  \"token\": \"" + apiKey + "\",\n  \"header\": \"X-API-Key: " + apiKey + "\",\n  \"api_url\": \"URL\",\n  \"source\": \"env\"\n}\n", "", 0},
		"session":         {nil, asSession, "s3ss10n\n", "", 0},
		"session, header": {[]string{"--header"}, asSession, "Authorization: Bearer s3ss10n\n", "", 0},
		"another server":  {nil, []string{"NEURALREPO_API_KEY=", "NEURALREPO_CONFIG=" + session}, "", "not logged in", 4},
		"logged out":      {nil, []string{"NEURALREPO_API_KEY="}, "", "nrepo login", 4},
		"wrong shape":     {nil, []string{"NEURALREPO_API_KEY=s3cr3t"}, "", "NEURALREPO_API_KEY", 2},
		"argument":        {[]string{"x"}, nil, "", "arguments", 2},
		"unknown flag":    {[]string{"--raw"}, nil, "", "--raw", 2},
		"both formats":    {[]string{"--json", "--human"}, nil, "", "--human", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := nrepotest.NewCanned(t, nil)
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "token", Run: run, Args: tt.args, Vars: tt.vars})
			if want := strings.ReplaceAll(tt.stdout, "URL", s.APIURL); code != tt.code || stdout != want {
				t.Errorf("exit code %d, want %d\nstdout %q\n  want %q", code, tt.code, stdout, want)
			}
			if !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
				t.Errorf("stderr %q, want %q", stderr, tt.stderr)
			}
			for _, secret := range []string{"s3cr3t", "s3ss10n", apiKey} {
				if strings.Contains(stderr, secret) {
					t.Errorf("stderr repeats a secret: %s", stderr)
				}
			}
			if s.Asked() != "" {
				t.Errorf("requests %q", s.Asked())
			}
		})
	}
}
