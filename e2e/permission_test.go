//go:build unix

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPermissions runs nrepo as an ordinary user. A file that only other users may
// execute is skipped, and so is a file in a directory that only other users may enter.
func TestPermissions(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "nrepo-permissions-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.Chmod(filepath.Join(root, "closed"), 0o700)
		os.Chmod(filepath.Join(root, "unlisted"), 0o700)
		os.RemoveAll(root)
	})
	program, err := os.ReadFile(filepath.Join(binaries(t), "nrepo"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writeProgram(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/nrepo", string(program))
	for _, name := range []string{"a/nrepo-only", "a/nrepo-both", "closed/nrepo-hidden", "unlisted/nrepo-known"} {
		write(name, "#!/bin/sh\necho wrong\n")
	}
	write("b/nrepo-both", "#!/bin/sh\necho right\n")
	write("unlisted/nrepo-known", "#!/bin/sh\necho known\n")
	user := &syscall.SysProcAttr{}
	modes := map[string]os.FileMode{"a/nrepo-only": 0o611, "a/nrepo-both": 0o611, "closed": 0, "unlisted": 0o111}
	if os.Getuid() == 0 { // root may run a file that anybody may execute
		user.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
		modes["a/nrepo-only"], modes["a/nrepo-both"] = 0o754, 0o754
	}
	modes[""] = 0o755
	for name, mode := range modes {
		if err := os.Chmod(filepath.Join(root, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	var path []string
	for _, dir := range []string{"closed", "unlisted", "a", "b"} {
		path = append(path, filepath.Join(root, dir))
	}
	for _, tt := range []struct {
		args           []string
		code           int
		stdout, stderr string // text that the stream contains; "" if it is empty
	}{
		{[]string{"both"}, 0, "right\n", ""},
		{[]string{"known"}, 0, "known\n", ""},
		{[]string{"only"}, 126, "", "/a/nrepo-only is not executable"},
		{[]string{"hidden"}, 127, "", "no such command"},
		{[]string{"commands", "-v"}, 0, "/a/nrepo-only is not executable", ""},
		{[]string{"which", "-a", "both"}, 0, "/a/nrepo-both (is not executable", ""},
		{[]string{"help"}, 0, "both", ""},
	} {
		cmd := exec.Command(filepath.Join(root, "bin/nrepo"), tt.args...)
		cmd.Env, cmd.SysProcAttr, cmd.Dir = []string{"PATH=" + strings.Join(path, ":")}, user, "/"
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != tt.code || !holds(stdout.String(), tt.stdout) || !holds(stderr.String(), tt.stderr) {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q", tt.args, got, stdout.String(), stderr.String())
		}
	}
}

// holds reports whether text contains part or, if part is "", whether text is empty.
func holds(text, part string) bool {
	return part == "" && text == "" || part != "" && strings.Contains(text, part)
}
