package plugin

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestDirs(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	vars := []string{"HOME=" + home, "AppData=" + home, "LocalAppData=" + home}
	kinds := map[string]func(*Env, string) (string, error){"CONFIG": (*Env).ConfigDir, "STATE": (*Env).StateDir, "CACHE": (*Env).CacheDir}
	for kind, dir := range kinds {
		own := filepath.Join(home, "xdg", kind)
		got, err := dir(newProcess(t, append(vars, "XDG_"+kind+"_HOME="+own)).Env, "nrepo-x")
		if err != nil || got != filepath.Join(own, "nrepo-x") {
			t.Errorf("%s: %s, %v", kind, got, err)
		}
		if info, err := os.Stat(got); err != nil || !info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", kind, info.Mode(), err)
		}
		usual, err := dir(newProcess(t, append(vars, "XDG_"+kind+"_HOME=relative")).Env, "nrepo-x")
		if err != nil || filepath.Dir(usual) == "." || usual == got {
			t.Errorf("%s: %s, %v", kind, usual, err)
		}
		for _, name := range []string{"", ".", "..", "a/b", "../x"} {
			if got, err := dir(newProcess(t, vars).Env, name); err == nil {
				t.Errorf("%s of %q is %s", kind, name, got)
			}
		}
		file := filepath.Join(home, kind)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = dir(newProcess(t, append(vars, "XDG_"+kind+"_HOME="+file)).Env, "nrepo-x")
		if e := output.AsError(err); err == nil || !strings.Contains(e.Error(), file) || !strings.Contains(e.Hint, "XDG_"+kind+"_HOME") {
			t.Errorf("%s below a file: %v, hint %q", kind, err, e.Hint)
		}
		if got, err := dir(newProcess(t, nil).Env, "nrepo-x"); err == nil {
			t.Errorf("%s without a home is %s", kind, got)
		}
	}
	if runtime.GOOS == "linux" {
		for kind, want := range map[string]string{"CONFIG": ".config", "STATE": ".local/state", "CACHE": ".cache"} {
			if got, err := kinds[kind](newProcess(t, vars).Env, "nrepo-x"); err != nil || got != filepath.Join(home, want, "nrepo-x") {
				t.Errorf("%s: %s, %v", kind, got, err)
			}
		}
	}
}
