package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

func TestLogout(t *testing.T) {
	t.Parallel()
	const (
		withKey     = `{"api_url":"https://a.example/v1","api_key":"` + nrepotest.APIKey + `","user_id":"u","auth_method":"api_key","theme":"dark"}`
		withSession = `{"api_url":"http://127.0.0.1:1/api/v1","api_key":"s3ss10n","auth_method":"oauth","refresh_token":"r3fr3sh"}`
		keyStays    = "`nrepo key revoke`"
		offline     = "may still be valid"
	)
	for name, tt := range map[string]struct {
		config string // "" for no file
		args   []string
		vars   []string
		stdout string
		stderr string
		code   int
		kept   string // what the file must still contain; "same" for everything
	}{
		"key":           {withKey, nil, nil, "Logged out.\n", keyStays, 0, `"theme": "dark"`},
		"key's default": {withKey, nil, []string{"NEURALREPO_OUTPUT="}, "Logged out.\n", keyStays, 0, ""},
		"session":       {withSession, nil, nil, "Logged out.\n", offline, 0, ""},
		"JSON":          {withSession, []string{"--json"}, nil, "{\n  \"success\": true,\n  \"revoked\": false\n}\n", `{"warning":"`, 0, ""},
		"no file":       {"", nil, nil, "Logged out.\n", "", 0, ""},
		"already out":   {"{}", nil, nil, "Logged out.\n", "", 0, ""},
		"variable too":  {withSession, nil, []string{"NEURALREPO_API_KEY=" + nrepotest.APIKey}, "Logged out.\n", offline, 0, ""},
		"broken file":   {`{"api_key":"s3ss10n"`, nil, nil, "Logged out.\n", "warning: ", 0, ""},
		"argument":      {withKey, []string{"x"}, nil, "", "arguments", 2, "same"},
		"unknown flag":  {withKey, []string{"--all"}, nil, "", "--all", 2, "same"},
		"both formats":  {withKey, []string{"--json", "--human"}, nil, "", "--human", 2, "same"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := filepath.Join(t.TempDir(), "config.json")
			if tt.config != "" {
				if err := os.WriteFile(config, []byte(tt.config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := nrepotest.NewCanned(t, nil)
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "logout", Run: run, Args: tt.args,
				Vars: append([]string{"NEURALREPO_API_KEY=", "NEURALREPO_CONFIG=" + config}, tt.vars...)})
			if code != tt.code || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			doc, err := os.ReadFile(config)
			if (err != nil) != (tt.config == "") {
				t.Fatal(err)
			}
			if tt.kept == "same" {
				if string(doc) != tt.config {
					t.Errorf("config %s", doc)
				}
				return
			}
			for _, secret := range []string{nrepotest.APIKey, "s3ss10n", "r3fr3sh"} {
				if strings.Contains(string(doc)+stdout+stderr, secret) {
					t.Errorf("%s is still in the config or was shown", secret)
				}
			}
			if !strings.Contains(string(doc), tt.kept) {
				t.Errorf("config %s, want %s in it", doc, tt.kept)
			}
		})
	}
}

func TestLogoutNamesTheProfile(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, nil)
	stdout, stderr, code := s.Execute(nrepotest.Command{Name: "logout", Run: run,
		Vars: []string{"NEURALREPO_API_KEY=", "NEURALREPO_CONFIG=", "NEURALREPO_PROFILE=work", "XDG_CONFIG_HOME=" + t.TempDir()}})
	if code != 0 || !strings.Contains(stdout, "profile work") || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
