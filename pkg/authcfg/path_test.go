package authcfg

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestPath(t *testing.T) {
	t.Parallel()
	home, xdg, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "c.json")
	in := func(dir, name string) string { return filepath.Join(dir, "neuralrepo", filepath.FromSlash(name)) }
	inHome := filepath.Join(home, ".config")
	for name, tt := range map[string]struct {
		env  []string
		want string // "" if the first variable is wrong
	}{
		"home":                 {nil, in(inHome, "config.json")},
		"xdg":                  {[]string{"XDG_CONFIG_HOME", xdg}, in(xdg, "config.json")},
		"relative xdg":         {[]string{"XDG_CONFIG_HOME", "conf"}, in(inHome, "config.json")},
		"file":                 {[]string{"NEURALREPO_CONFIG", file, "XDG_CONFIG_HOME", xdg}, file},
		"file, not clean":      {[]string{"NEURALREPO_CONFIG", file + "/../c.json"}, file},
		"file in the home":     {[]string{"NEURALREPO_CONFIG", "~/x.json"}, filepath.Join(home, "x.json")},
		"relative":             {[]string{"NEURALREPO_CONFIG", "c.json"}, ""},
		"relative with a dot":  {[]string{"NEURALREPO_CONFIG", "./c.json"}, ""},
		"home alone":           {[]string{"NEURALREPO_CONFIG", "~"}, ""},
		"home of another user": {[]string{"NEURALREPO_CONFIG", "~bob/c.json"}, ""},
		"profile":              {[]string{"NEURALREPO_PROFILE", "work"}, in(inHome, "profiles/work.json")},
		"profile, xdg":         {[]string{"NEURALREPO_PROFILE", "2-b", "XDG_CONFIG_HOME", xdg}, in(xdg, "profiles/2-b.json")},
		"profile and file":     {[]string{"NEURALREPO_PROFILE", "../x", "NEURALREPO_CONFIG", file}, file},
		"profile and key":      {[]string{"NEURALREPO_PROFILE", "work", "NEURALREPO_API_KEY", key}, in(inHome, "profiles/work.json")},
		"profile with a slash": {[]string{"NEURALREPO_PROFILE", "a/b"}, ""},
		"profile of dots":      {[]string{"NEURALREPO_PROFILE", ".."}, ""},
		"profile in capitals":  {[]string{"NEURALREPO_PROFILE", "Work"}, ""},
		"profile like a flag":  {[]string{"NEURALREPO_PROFILE", "-work"}, ""},
		"profile of 64":        {[]string{"NEURALREPO_PROFILE", strings.Repeat("a", 64)}, in(inHome, "profiles/"+strings.Repeat("a", 64)+".json")},
		"profile of 65":        {[]string{"NEURALREPO_PROFILE", strings.Repeat("a", 65)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Store{Getenv: env(append(tt.env, "HOME", home, "USERPROFILE", home)...)}
			got, err := s.Path()
			if tt.want != "" {
				if got != tt.want || err != nil {
					t.Errorf("Path = %q, %v; want %q", got, err, tt.want)
				}
				return
			}
			for name, err := range map[string]error{"Path": err, "Check": s.Check(t.Context()), "Clear": clearError(t, s), "Credential": credentialError(s)} {
				if err == nil || output.AsError(err).Code != output.CodeUsage || !strings.HasPrefix(err.Error(), tt.env[0]+" must be ") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	s := &Store{Getenv: env("HOME", "not-absolute", "USERPROFILE", "not-absolute")}
	for name, try := range attempts(s) {
		if err := try(t.Context()); !errors.Is(err, errNoHome) || output.AsError(err).Code != output.CodeConfig {
			t.Errorf("%s without a home = %v", name, err)
		}
	}
	warned := new([]string)
	s.Warn = func(text string) { *warned = append(*warned, text) }
	wantNothingToClear(t, s, warned, "home directory")
}
