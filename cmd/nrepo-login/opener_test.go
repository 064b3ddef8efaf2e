package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Row 18: the choice of a browser.
func TestC18Opener(t *testing.T) {
	t.Parallel()
	const url = "https://api.example/oauth/authorize?a=b&c=d"
	all := []string{"xdg-open", "wslview", "powershell.exe", "open", "rundll32", "lynx", "firefox", "/opt/helper.sh", "/opt/My Browser/run", "www-browser"}
	for name, test := range map[string]struct {
		goos  string // default: linux
		env   string // NAME=value, separated by blanks; _ stands for a blank in a value
		here  []string
		files []string
		argv  []string
		why   string
	}{
		"desktop":                  {env: "DISPLAY=:0", argv: []string{"/bin/xdg-open", url}},
		"wayland":                  {env: "WAYLAND_DISPLAY=wayland-0", argv: []string{"/bin/xdg-open", url}},
		"no display":               {why: "no display"},
		"no opener":                {env: "DISPLAY=:0", here: []string{"lynx"}, why: "no xdg-open"},
		"ssh":                      {env: "SSH_CONNECTION=x", why: "SSH_CONNECTION"},
		"ssh, lynx":                {env: "SSH_TTY=/dev/pts/0 BROWSER=lynx", why: "SSH_TTY"},
		"ssh, www-browser by path": {env: "SSH_CLIENT=x BROWSER=/usr/bin/www-browser", here: []string{"/usr/bin/www-browser"}, why: "SSH_CLIENT"},
		"ssh with X":               {env: "SSH_CONNECTION=x DISPLAY=localhost:10", argv: []string{"/bin/xdg-open", url}},
		"ssh to macOS":             {goos: "darwin", env: "SSH_CONNECTION=x", why: "SSH_CONNECTION"},
		"VS Code remote":           {env: "SSH_CONNECTION=x BROWSER=/opt/helper.sh", argv: []string{"/opt/helper.sh", url}},
		"container":                {files: []string{"/.dockerenv"}, why: "container"},
		"podman":                   {files: []string{"/run/.containerenv"}, why: "container"},
		"dev container":            {env: "REMOTE_CONTAINERS=true BROWSER=/opt/helper.sh", argv: []string{"/opt/helper.sh", url}},
		"codespace":                {env: "CODESPACES=true", why: "container"},
		"wsl":                      {env: "WSL_DISTRO_NAME=Debian", argv: []string{"/bin/wslview", url}},
		"wsl by file":              {files: []string{"/proc/sys/fs/binfmt_misc/WSLInterop"}, argv: []string{"/bin/wslview", url}},
		"wsl without wslview": {env: "WSL_DISTRO_NAME=Debian", here: []string{"powershell.exe"},
			argv: []string{"/bin/powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "Start-Process '" + url + "'"}},
		"wsl over ssh":            {env: "WSL_DISTRO_NAME=Debian SSH_CONNECTION=x", why: "SSH_CONNECTION"},
		"macOS":                   {goos: "darwin", argv: []string{"/bin/open", url}},
		"Windows":                 {goos: "windows", argv: []string{"/bin/rundll32", "url.dll,FileProtocolHandler", url}},
		"own variable first":      {env: "NEURALREPO_BROWSER=firefox BROWSER=/opt/helper.sh", argv: []string{"/bin/firefox", url}},
		"placeholder":             {env: "BROWSER=firefox_--new-window_%s_--wait", argv: []string{"/bin/firefox", "--new-window", url, "--wait"}},
		"placeholder in word":     {env: "BROWSER=firefox_--url=%s", argv: []string{"/bin/firefox", "--url=" + url}},
		"no shell":                {env: "BROWSER=firefox_$(id)_;_id", argv: []string{"/bin/firefox", "$(id)", ";", "id", url}},
		"list":                    {env: "BROWSER=missing:lynx:firefox", argv: []string{"/bin/firefox", url}},
		"blank in a path":         {env: "BROWSER=/opt/My_Browser/run", argv: []string{"/opt/My Browser/run", url}},
		"all missing":             {env: "BROWSER=missing:gone DISPLAY=:0", argv: []string{"/bin/xdg-open", url}},
		"relative":                {env: "BROWSER=./firefox", here: []string{"./firefox", "firefox"}, why: "no display"},
		"relative in a directory": {env: "BROWSER=bin/firefox", here: []string{"bin/firefox"}, why: "no display"},
		"empty list":              {env: "BROWSER=:_:", why: "no display"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{}
			for _, pair := range strings.Fields(test.env) {
				name, value, _ := strings.Cut(pair, "=")
				env[name] = strings.ReplaceAll(value, "_", " ")
				if name == "WSL_DISTRO_NAME" || name == "SSH_TTY" {
					env[name] = value
				}
			}
			here := test.here
			if here == nil {
				here = all
			}
			d := desktop{
				goos:   test.goos,
				getenv: func(name string) string { return env[name] },
				exists: func(path string) bool { return slices.Contains(test.files, path) },
				lookPath: func(name string) (string, error) {
					switch {
					case !slices.Contains(here, name):
						return "", exec.ErrNotFound
					case filepath.IsAbs(name), strings.ContainsAny(name, "/"):
						return name, nil
					}
					return "/bin/" + name, nil
				},
			}
			if d.goos == "" {
				d.goos = "linux"
			}
			argv, why := d.opener(url)
			if !slices.Equal(argv, test.argv) {
				t.Errorf("argv %q, want %q", argv, test.argv)
			}
			if !strings.Contains(why, test.why) || (why == "") != (test.why == "") {
				t.Errorf("why %q, want %q", why, test.why)
			}
		})
	}
}

// A program in the working directory is no browser, even if PATH says so.
func TestC18WorkingDirectory(t *testing.T) {
	t.Parallel()
	d := desktop{
		goos:     "linux",
		getenv:   func(name string) string { return map[string]string{"DISPLAY": ":0"}[name] },
		exists:   func(string) bool { return false },
		lookPath: func(name string) (string, error) { return "./" + name, &exec.Error{Name: name, Err: exec.ErrDot} },
	}
	if argv, why := d.opener("https://api.example"); argv != nil || why == "" {
		t.Errorf("%q %q", argv, why)
	}
}

func TestC18RuleIsNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	r.env["DISPLAY"], r.env["SSH_CONNECTION"] = "", "10.0.0.1 22"
	address := r.begin(t)
	visit(t, address)
	r.wantLoggedIn(t, "access-1")
	if text := r.stderr.String(); !strings.HasPrefix(text, address+"\n") || !strings.Contains(text, "SSH_CONNECTION") || !strings.Contains(text, "--device") {
		t.Errorf("stderr: %s", text)
	}
	if len(r.opened) != 1 || r.opened[0] != nil {
		t.Errorf("opened %q", r.opened)
	}
}

func TestNoBrowser(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s, "--no-browser")
	visit(t, r.begin(t))
	r.wantLoggedIn(t, "access-1")
	if len(r.opened) != 1 || r.opened[0] != nil {
		t.Errorf("opened %q", r.opened)
	}
}

// Row 20: what a server says is opened only on its own origin.
func TestC20AuthorizationEndpoint(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, hostile := range hostileURLs("https://" + strings.TrimPrefix(s.URL, "http://")) {
		func() {
			evil := newService(t)
			evil.Config.Handler = metadataWith(evil, "authorization_endpoint", hostile)
			r := newSession(t, evil)
			if got := r.alone(t); got != 1 {
				t.Errorf("%q: exit code %d: %v", hostile, got, r.err)
			}
			if len(r.opened) != 0 || r.stderr.String() != "" {
				t.Errorf("%q: opened %q, shown %s", hostile, r.opened, r.stderr.String())
			}
		}()
	}
}

func TestPowerShellQuoting(t *testing.T) {
	t.Parallel()
	d := desktop{
		goos:   "linux",
		getenv: func(name string) string { return map[string]string{"WSL_DISTRO_NAME": "Debian"}[name] },
		exists: func(string) bool { return false },
		lookPath: func(name string) (string, error) {
			if name == "powershell.exe" {
				return "/bin/powershell.exe", nil
			}
			return "", errors.New("missing")
		},
	}
	argv, _ := d.opener("https://api.example/a';calc;'?b=$(calc)")
	if got := argv[len(argv)-1]; got != "Start-Process 'https://api.example/a%27;calc;%27?b=$(calc)'" {
		t.Errorf("command: %s", got)
	}
}

func TestThisDesktop(t *testing.T) {
	t.Parallel()
	d := thisDesktop(os.Getenv)
	if !d.exists(t.TempDir()) || d.exists(filepath.Join(t.TempDir(), "missing")) {
		t.Error("exists does not tell what exists")
	}
	if _, err := d.lookPath("no-such-program-anywhere"); err == nil {
		t.Error("a missing program was found")
	}
}
