//go:build unix

package e2e

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestCompletionEndsWithNrepo ends nrepo while it waits for the candidates of a command
// that hangs. The command and its child must end with nrepo.
func TestCompletionEndsWithNrepo(t *testing.T) {
	t.Parallel()
	nrepo := filepath.Join(binaries(t), "nrepo")
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGKILL} {
		if sig == syscall.SIGKILL && runtime.GOOS != "linux" {
			continue // other systems cannot end a child with its parent
		}
		dir := t.TempDir()
		alive := filepath.Join(dir, "alive") // open for writing while one of the processes lives
		if err := syscall.Mkfifo(alive, 0o600); err != nil {
			t.Fatal(err)
		}
		hang := "exec sleep 1000"
		if sig != syscall.SIGKILL { // after SIGKILL, the system ends only the command itself
			hang = "sleep 1000 & sleep 1000"
		}
		script := "#!/bin/sh\n# @(#)nrepo:complete=1\ntrap '' INT TERM HUP QUIT\nexec 3>'" + alive + "'\necho up >&3\n" + hang + "\n"
		if err := writeProgram(filepath.Join(dir, "nrepo-hangs"), []byte(script)); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(nrepo, "__complete", "--", "hangs", "")
		cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin"}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(alive, os.O_RDWR, 0) // O_RDWR does not block until the command opens it
		if err != nil {
			t.Fatal(err)
		}
		reader, err := os.OpenFile(alive, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		reader.SetReadDeadline(time.Now().Add(time.Minute))
		lines := bufio.NewReader(reader)
		if _, err := lines.ReadString('\n'); err != nil {
			t.Fatal(sig, err)
		}
		f.Close()
		cmd.Process.Signal(sig)
		if _, err := lines.ReadByte(); err != io.EOF {
			t.Errorf("%v: the command still runs: %v", sig, err)
		}
		cmd.Wait()
		reader.Close()
	}
}
