package manpage

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Collect runs a program named nrepo or nrepo-*, and returns its help and that of the commands
// it lists.
func Collect(path string) (help string, subs []Sub, err error) {
	if help, err = Output(path, "--help"); err != nil {
		return "", nil, err
	}
	typed := strings.Replace(filepath.Base(path), "-", " ", 1)
	for _, name := range ParseHelp(help).Names() {
		more, err := Output(path, name, "--help")
		if err != nil {
			return "", nil, err
		}
		subs = append(subs, Sub{Name: typed + " " + name, Help: more})
	}
	if typed == "nrepo" {
		page, err := Output(path, "help", "environment")
		if err != nil {
			return "", nil, err
		}
		subs = append(subs, Sub{Name: "nrepo help environment", Help: page})
	}
	return help, subs, nil
}

// Output runs a program without the caller's environment, so that the result is the same
// everywhere, and returns its output.
func Output(path string, args ...string) (string, error) {
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"LC_ALL=C.UTF-8"}
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", path, strings.Join(args, " "), err)
	}
	return string(out), nil
}
