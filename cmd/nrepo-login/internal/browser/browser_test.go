package browser

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// If a variable does not name a browser, a message names it and its value.
func TestIgnoredVariables(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		own, common string
		here        string
		argv        bool
		want        []string // nil if nothing is ignored
	}{
		"none set":        {here: "xdg-open", argv: true},
		"blank":           {common: " ", here: "xdg-open", argv: true},
		"good":            {common: "firefox", here: "firefox", argv: true},
		"one of a list":   {common: "gone:firefox", here: "firefox", argv: true},
		"missing":         {common: "gone --new", want: []string{`BROWSER "gone --new"`, "installed"}},
		"own missing":     {own: "/opt/gone", want: []string{`NEURALREPO_BROWSER "/opt/gone"`, "installed"}},
		"own, then other": {own: "gone", common: "firefox", here: "firefox", argv: true, want: []string{`NEURALREPO_BROWSER "gone"`}},
		"both missing":    {own: "gone", common: "lost", here: "xdg-open", argv: true, want: []string{`NEURALREPO_BROWSER "gone"`, `BROWSER "lost"`}},
		"text browser":    {common: "lynx", here: "lynx", want: []string{`BROWSER "lynx"`, "terminal"}},
		"relative":        {common: "./firefox", here: "./firefox", want: []string{`BROWSER "./firefox"`, "working directory"}},
		"long":            {common: strings.Repeat("é", 300), want: []string{strings.Repeat("é", 80) + "…"}},
		"control":         {common: "a\x1b[2J", want: []string{`a\x1b[2J`}},
		"a key":           {common: "nrp_" + strings.Repeat("5", 64), want: []string{"API key"}},
	} {
		d := Desktop{
			GOOS: "linux",
			Getenv: func(name string) string {
				return map[string]string{"NEURALREPO_BROWSER": tt.own, "BROWSER": tt.common, "DISPLAY": ":0"}[name]
			},
			Exists: func(string) bool { return false },
			LookPath: func(name string) (string, error) {
				if name != tt.here {
					return "", exec.ErrNotFound
				}
				return "/bin/" + name, nil
			},
		}
		o := d.Opener("https://api.example")
		if (o.Argv != nil) != tt.argv || (o.Ignored == "") != (tt.want == nil) || strings.ContainsAny(o.Ignored, "\x1b") ||
			strings.Contains(o.Ignored, "5555") || len([]rune(o.Ignored)) > 200 {
			t.Errorf("%s: %+v", name, o)
		}
		for _, want := range tt.want {
			if !strings.Contains(o.Ignored, want) {
				t.Errorf("%s: %q has no %q", name, o.Ignored, want)
			}
		}
	}
}

// TestOpener checks which browser is chosen.
func TestOpener(t *testing.T) {
	t.Parallel()
	const url = "https://api.example/oauth/authorize?a=b&c=d"
	all := []string{"xdg-open", "wslview", "powershell.exe", "open", "rundll32", "lynx", "firefox", "/opt/helper.sh", "/opt/My Browser/run", "www-browser"}
	for name, test := range map[string]struct {
		goos  string // default: linux
		env   string // NAME=value, separated by spaces; _ stands for a space in a value
		here  []string
		files []string
		argv  []string
		why   string
	}{
		"desktop":                  {env: "DISPLAY=:0", argv: []string{"/bin/xdg-open", url}},
		"wayland":                  {env: "WAYLAND_DISPLAY=wayland-0", argv: []string{"/bin/xdg-open", url}},
		"no display":               {why: "no display"},
		"no opener":                {env: "DISPLAY=:0", here: []string{"lynx"}, why: "xdg-open is not installed"},
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
			d := Desktop{
				GOOS:   test.goos,
				Getenv: func(name string) string { return env[name] },
				Exists: func(path string) bool { return slices.Contains(test.files, path) },
				LookPath: func(name string) (string, error) {
					switch {
					case !slices.Contains(here, name):
						return "", exec.ErrNotFound
					case filepath.IsAbs(name), strings.ContainsAny(name, "/"):
						return name, nil
					}
					return "/bin/" + name, nil
				},
			}
			if d.GOOS == "" {
				d.GOOS = "linux"
			}
			o := d.Opener(url)
			if !slices.Equal(o.Argv, test.argv) || (o.Name == "") != (test.argv == nil) {
				t.Errorf("argv %q, want %q; name %q", o.Argv, test.argv, o.Name)
			}
			if !strings.Contains(o.Why, test.why) || (o.Why == "") != (test.why == "") {
				t.Errorf("why %q, want %q", o.Why, test.why)
			}
		})
	}
}

// A program in the working directory is never run, even if PATH contains ".".
func TestWorkingDirectory(t *testing.T) {
	t.Parallel()
	d := Desktop{
		GOOS:     "linux",
		Getenv:   func(name string) string { return map[string]string{"DISPLAY": ":0"}[name] },
		Exists:   func(string) bool { return false },
		LookPath: func(name string) (string, error) { return "./" + name, &exec.Error{Name: name, Err: exec.ErrDot} },
	}
	if o := d.Opener("https://api.example"); o.Argv != nil || o.Why == "" {
		t.Errorf("%+v", o)
	}
}

func TestPowerShellQuoting(t *testing.T) {
	t.Parallel()
	d := Desktop{
		GOOS:   "linux",
		Getenv: func(name string) string { return map[string]string{"WSL_DISTRO_NAME": "Debian"}[name] },
		Exists: func(string) bool { return false },
		LookPath: func(name string) (string, error) {
			if name == "powershell.exe" {
				return "/bin/powershell.exe", nil
			}
			return "", errors.New("missing")
		},
	}
	argv := d.Opener("https://api.example/a';calc;'?b=$(calc)").Argv
	if got := argv[len(argv)-1]; got != "Start-Process 'https://api.example/a%27;calc;%27?b=$(calc)'" {
		t.Errorf("command: %s", got)
	}
}

func TestThisDesktop(t *testing.T) {
	t.Parallel()
	d := This(os.Getenv)
	if !d.Exists(t.TempDir()) || d.Exists(filepath.Join(t.TempDir(), "missing")) {
		t.Error("exists does not tell what exists")
	}
	if _, err := d.LookPath("no-such-program-anywhere"); err == nil {
		t.Error("a missing program was found")
	}
}

// FuzzBrowser checks that for any value of BROWSER, the program is an absolute path, and
// the URL is one argument or a part of one.
func FuzzBrowser(f *testing.F) {
	const url = "http://127.0.0.1/?a=b&c='d' $(e)"
	d := Desktop{GOOS: "linux", LookPath: func(name string) (string, error) {
		if strings.ContainsAny(name, " \t\n") || name == "" {
			return "", errors.New("not found")
		}
		if strings.Contains(name, "/") {
			return name, nil
		}
		return "/usr/bin/" + name, nil
	}}
	f.Fuzz(func(t *testing.T, list string) {
		for _, text := range d.split(list) {
			argv, _ := d.command(text, url)
			if argv == nil {
				continue
			}
			words := strings.Fields(text)
			placed := strings.Join(words[1:], " ") != strings.Join(argv[1:], " ")
			if !filepath.IsAbs(argv[0]) || isTextBrowser(argv[0]) || !placed || len(argv) > len(words)+1 {
				t.Errorf("%q became %q", text, argv)
			}
			for i, word := range argv[1:] {
				if !strings.Contains(word, url) && word != words[i+1] {
					t.Errorf("%q became %q", text, argv)
				}
			}
		}
	})
}
