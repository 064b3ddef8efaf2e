package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// desktop is what the choice of a browser depends on.
type desktop struct {
	goos     string
	getenv   func(name string) string
	lookPath func(name string) (string, error)
	exists   func(path string) bool
	// start runs the opener in the background; an empty argv is none.
	start func(argv []string)
}

func thisDesktop(getenv func(string) string) desktop {
	return desktop{
		goos:     runtime.GOOS,
		getenv:   getenv,
		lookPath: exec.LookPath,
		exists:   func(path string) bool { _, err := os.Stat(path); return err == nil },
		start:    startDetached,
	}
}

// opener returns the command that opens url, or in why the rule that says that
// there is no browser to open here. NEURALREPO_BROWSER and BROWSER come first,
// since an editor's remote session sets BROWSER to reach the browser at the
// other end.
func (d desktop) opener(url string) (argv []string, why string) {
	for _, name := range []string{"NEURALREPO_BROWSER", "BROWSER"} {
		for _, command := range d.split(d.getenv(name)) {
			if argv := d.command(command, url); argv != nil {
				return argv, ""
			}
		}
	}
	display := d.isSet("DISPLAY", "WAYLAND_DISPLAY") != ""
	desktopOS := d.goos == "darwin" || d.goos == "windows"
	if name := d.isSet("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"); name != "" && (desktopOS || !display) {
		return nil, "SSH session, " + name + " is set"
	}
	if desktopOS {
		system := map[string]string{"darwin": "open", "windows": "rundll32 url.dll,FileProtocolHandler"}[d.goos]
		if argv := d.command(system, url); argv != nil {
			return argv, ""
		}
		return nil, "no " + strings.Fields(system)[0]
	}
	if d.isWSL() {
		if argv := d.command("wslview", url); argv != nil {
			return argv, ""
		}
		if path, err := d.lookPath("powershell.exe"); err == nil {
			quoted := "'" + strings.ReplaceAll(url, "'", "%27") + "'"
			return []string{path, "-NoProfile", "-NonInteractive", "-Command", "Start-Process " + quoted}, ""
		}
	}
	if !display {
		if d.isContainer() {
			return nil, "container without a display"
		}
		return nil, "no display, neither DISPLAY nor WAYLAND_DISPLAY is set"
	}
	if argv := d.command("xdg-open", url); argv != nil {
		return argv, ""
	}
	return nil, "no xdg-open, and BROWSER names no browser"
}

// split takes the list in BROWSER apart: commands with colons between them, on
// Windows, whose paths have colons, with semicolons.
func (d desktop) split(list string) []string {
	separator := ":"
	if d.goos == "windows" {
		separator = ";"
	}
	return strings.Split(list, separator)
}

// command returns the argument list of a command from BROWSER, in which %s
// stands for the URL, else it comes last; nil where its program is not here,
// would need our terminal, or is named relative to the working directory. It is
// split at blanks, without a shell, unless all of it is the path of a program.
func (d desktop) command(text, url string) []string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return nil
	}
	if path, err := d.lookPath(text); err == nil && filepath.IsAbs(path) {
		words = []string{text}
	}
	name := words[0]
	if isTextBrowser(name) {
		return nil
	}
	if strings.ContainsAny(name, `/\`) && !filepath.IsAbs(name) {
		return nil
	}
	path, err := d.lookPath(name)
	if err != nil { // exec.ErrDot too: found in the working directory
		return nil
	}
	argv := []string{path}
	placed := false
	for _, word := range words[1:] {
		placed = placed || strings.Contains(word, "%s")
		argv = append(argv, strings.ReplaceAll(word, "%s", url))
	}
	if !placed {
		argv = append(argv, url)
	}
	return argv
}

// isTextBrowser reports whether a program shows pages on the terminal, which
// the command keeps for itself.
func isTextBrowser(program string) bool {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(program)), ".exe")
	return slices.Contains([]string{"lynx", "w3m", "links", "links2", "elinks", "browsh", "www-browser"}, name)
}

// isSet returns the first of the variables that has a value, else "".
func (d desktop) isSet(names ...string) string {
	for _, name := range names {
		if d.getenv(name) != "" {
			return name
		}
	}
	return ""
}

func (d desktop) isWSL() bool {
	return d.goos == "linux" && (d.isSet("WSL_DISTRO_NAME", "WSL_INTEROP") != "" || d.exists("/proc/sys/fs/binfmt_misc/WSLInterop"))
}

func (d desktop) isContainer() bool {
	return d.isSet("REMOTE_CONTAINERS", "CODESPACES", "container") != "" || d.exists("/.dockerenv") || d.exists("/run/.containerenv")
}

// startDetached starts the opener away from our terminal and our streams, in a
// session of its own, without our credential, and waits for it aside. The
// browser itself may be what runs, so it is never ended; one that fails is a
// person who opens the printed URL.
func startDetached(argv []string) {
	if len(argv) == 0 {
		return
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "NEURALREPO_API_KEY=")
	})
	detach(cmd)
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
