package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestEnvironmentExactly gives nrepo an unusual environment, and checks the exact
// environment of the command.
func TestEnvironmentExactly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("/bin/cat", filepath.Join(dir, "nrepo-cat")); err != nil {
		t.Fatal(err)
	}
	passed := []string{
		"PATH=" + dir, "EMPTY=", "noequals", "=odd", "TWO=a=b", "LINES=a\nb", "BYTES\xff=\xfe\x01", "NREPO_EXEC=x", "nrepo_exe=y",
		"NREPO_DEPTHS=1", "LARGE=" + strings.Repeat("x", 100_000), "LC_ALL=ja_JP.eucJP", "NREPO", "NEURALREPO_OUTPUT=yaml",
	}
	given := slices.Concat(
		[]string{"NREPO_EXE=/bin/false", "NREPO_COMMAND=a", "NREPO_COMMAND=b", "NREPO_DEPTH=3", "NREPO_DEPTH=9", "NREPO_VERSION="},
		passed,
		[]string{"EMPTY=second", ""}, // the first value of a name counts
	)
	nrepo := filepath.Join(binaries(t), "nrepo")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	p, err := os.StartProcess(nrepo, []string{nrepo, "cat", "/proc/self/environ"}, // exec.Cmd would clean the list
		&os.ProcAttr{Env: given, Files: []*os.File{nil, write, os.Stderr}})
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	var block bytes.Buffer
	if _, err := block.ReadFrom(read); err != nil {
		t.Fatal(err)
	}
	if state, err := p.Wait(); err != nil || !state.Success() {
		t.Fatalf("%v, %v", state, err)
	}
	got := strings.SplitAfter(block.String(), "\x00")
	got = slices.DeleteFunc(got, func(v string) bool {
		return v == "" || strings.HasPrefix(v, "NREPO_VERSION=v") || strings.HasPrefix(v, "NREPO_VERSION=(")
	})
	var want []string
	for _, v := range append(passed, "NREPO_EXE="+nrepo, "NREPO_COMMAND=cat", "NREPO_DEPTH=4") {
		want = append(want, v+"\x00")
	}
	if !slices.Equal(got, want) {
		t.Errorf("the command has\n%.500q\nwant\n%.500q", got, want)
	}
}

// TestDeathBySignal checks that nrepo ends with the signal that ended the command.
// Otherwise, Ctrl-C would not stop a loop in a shell.
func TestDeathBySignal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("/bin/sh", filepath.Join(dir, "nrepo-sh")); err != nil {
		t.Fatal(err)
	}
	harmless := []syscall.Signal{syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU,
		syscall.SIGURG, syscall.SIGWINCH}
	for sig := syscall.Signal(1); sig < 32; sig++ {
		if slices.Contains(harmless, sig) {
			continue
		}
		cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), "sh", "-c", `ulimit -c 0; kill -"$1" $$`, "sh", strconv.Itoa(int(sig)))
		cmd.Env = []string{"PATH=" + dir}
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != sig || len(out) > 0 {
			t.Errorf("%v: status %#x, %q", sig, status, out)
		}
	}
}
