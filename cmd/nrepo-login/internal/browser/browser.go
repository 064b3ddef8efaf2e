// Package browser opens an address in a browser.
package browser

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// Desktop is the environment for choosing a browser.
type Desktop struct {
	GOOS     string
	Getenv   func(name string) string
	LookPath func(name string) (string, error)
	Exists   func(path string) bool
	// Start runs an opener in the background. The channel receives an error if it
	// cannot be started or fails, and nil otherwise.
	Start func(argv []string) (failed <-chan error)
}

// This returns the desktop of this process, with the variables of getenv.
func This(getenv func(string) string) Desktop {
	return Desktop{
		GOOS:     runtime.GOOS,
		Getenv:   getenv,
		LookPath: exec.LookPath,
		Exists:   func(path string) bool { _, err := os.Stat(path); return err == nil },
		Start:    startDetached,
	}
}

// Opener is the command that opens a URL, or the reason why there is none.
type Opener struct {
	Argv []string // nil if there is none
	Name string   // of the program, or the variable that names it, for a message
	Why  string   // if Argv is nil: why no browser should be opened here
	// Ignored is what is wrong with the variables for the browser; "" if they are
	// unset or correct.
	Ignored string
}

// Opener returns how to open url. NEURALREPO_BROWSER and BROWSER come first,
// because remote sessions of editors set BROWSER to use the browser on the local
// machine.
func (d Desktop) Opener(url string) Opener {
	var ignored []string
	for _, name := range []string{"NEURALREPO_BROWSER", "BROWSER"} {
		list := strings.TrimSpace(d.Getenv(name))
		if list == "" {
			continue
		}
		why := "names no installed program"
		for _, command := range d.split(list) {
			argv, bad := d.command(command, url)
			if argv != nil {
				return Opener{Argv: argv, Name: name + " " + quote(list), Ignored: strings.Join(ignored, "; ")}
			}
			if bad != "" {
				why = bad
			}
		}
		ignored = append(ignored, name+" "+quote(list)+" "+why)
	}
	o := d.system(url)
	o.Ignored = strings.Join(ignored, "; ")
	return o
}

// system is the opener of the operating system.
func (d Desktop) system(url string) Opener {
	display := d.isSet("DISPLAY", "WAYLAND_DISPLAY") != ""
	desktopOS := d.GOOS == "darwin" || d.GOOS == "windows"
	if name := d.isSet("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"); name != "" && (desktopOS || !display) {
		return Opener{Why: "SSH session, " + name + " is set"}
	}
	if desktopOS {
		command := map[string]string{"darwin": "open", "windows": "rundll32 url.dll,FileProtocolHandler"}[d.GOOS]
		name := strings.Fields(command)[0]
		if argv, _ := d.command(command, url); argv != nil {
			return Opener{Argv: argv, Name: name}
		}
		return Opener{Why: "no " + name}
	}
	if d.isWSL() {
		if argv, _ := d.command("wslview", url); argv != nil {
			return Opener{Argv: argv, Name: "wslview"}
		}
		if path, err := d.LookPath("powershell.exe"); err == nil {
			quoted := "'" + strings.ReplaceAll(url, "'", "%27") + "'"
			return Opener{Argv: []string{path, "-NoProfile", "-NonInteractive", "-Command", "Start-Process " + quoted}, Name: "powershell.exe"}
		}
	}
	if !display {
		if d.isContainer() {
			return Opener{Why: "container without a display"}
		}
		return Opener{Why: "no display, neither DISPLAY nor WAYLAND_DISPLAY is set"}
	}
	if argv, _ := d.command("xdg-open", url); argv != nil {
		return Opener{Argv: argv, Name: "xdg-open"}
	}
	return Opener{Why: "xdg-open is not installed, and BROWSER is not set"}
}

// quote returns the value of a variable, safe for a message.
func quote(value string) string {
	if authcfg.ContainsAPIKey(value) {
		return "(which contains an API key)"
	}
	if runes := []rune(value); len(runes) > maxShown {
		value = string(runes[:maxShown]) + "…"
	}
	return strconv.Quote(value)
}

// maxShown is how many characters of a value a message repeats.
const maxShown = 80

// split splits the list of commands in BROWSER, at colons, or on Windows at
// semicolons, because paths there contain colons.
func (d Desktop) split(list string) []string {
	separator := ":"
	if d.GOOS == "windows" {
		separator = ";"
	}
	return strings.Split(list, separator)
}

// command returns the arguments of a command in BROWSER. %s is replaced by the
// URL; without %s, the URL is the last argument. The text is split at spaces,
// without a shell, unless it is the path of a program. If the command cannot be
// used, argv is nil, and why is the reason.
func (d Desktop) command(text, url string) (argv []string, why string) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return nil, ""
	}
	if path, err := d.LookPath(text); err == nil && filepath.IsAbs(path) {
		words = []string{text}
	}
	name := words[0]
	if isTextBrowser(name) {
		return nil, "names a browser that needs this terminal"
	}
	if strings.ContainsAny(name, `/\`) && !filepath.IsAbs(name) {
		return nil, "is relative to the working directory"
	}
	path, err := d.LookPath(name)
	if err != nil { // also exec.ErrDot: found in the working directory
		return nil, "names no installed program"
	}
	argv = []string{path}
	placed := false
	for _, word := range words[1:] {
		placed = placed || strings.Contains(word, "%s")
		argv = append(argv, strings.ReplaceAll(word, "%s", url))
	}
	if !placed {
		argv = append(argv, url)
	}
	return argv, ""
}

// isTextBrowser reports whether a program shows pages on the terminal, which the
// command needs itself.
func isTextBrowser(program string) bool {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(program)), ".exe")
	return slices.Contains([]string{"lynx", "w3m", "links", "links2", "elinks", "browsh", "www-browser"}, name)
}

// isSet returns the name of the first variable that is set, or "".
func (d Desktop) isSet(names ...string) string {
	for _, name := range names {
		if d.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

func (d Desktop) isWSL() bool {
	return d.GOOS == "linux" && (d.isSet("WSL_DISTRO_NAME", "WSL_INTEROP") != "" || d.Exists("/proc/sys/fs/binfmt_misc/WSLInterop"))
}

func (d Desktop) isContainer() bool {
	return d.isSet("REMOTE_CONTAINERS", "CODESPACES", "container") != "" || d.Exists("/.dockerenv") || d.Exists("/run/.containerenv")
}

// startDetached starts the opener in a new session, without our terminal, streams
// or credential, and waits for it in the background. It never kills the opener,
// because that may be the browser itself.
func startDetached(argv []string) <-chan error {
	failed := make(chan error, 1)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "NEURALREPO_API_KEY=")
	})
	detach(cmd)
	if err := cmd.Start(); err != nil {
		failed <- cause(err)
		return failed
	}
	go func() {
		if err := cmd.Wait(); err != nil {
			failed <- cause(err)
		}
	}()
	return failed
}

// cause returns err without the path of the program, which may be long.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
