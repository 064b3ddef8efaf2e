//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// A link nrepo-terminal to this test binary runs terminalCommand.
func init() {
	if filepath.Base(os.Args[0]) == "nrepo-terminal" {
		os.Exit(terminalCommand())
	}
}

// terminalCommand prints its process group and terminal, and then each signal that it
// receives, until it reads the line "end".
func terminalCommand() int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGCONT, syscall.SIGWINCH)
	foreground, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
	if err != nil {
		foreground = -1
	}
	session, err := unix.Getsid(0)
	if err != nil {
		session = -1
	}
	controlling := "no"
	if tty, err := os.Open("/dev/tty"); err == nil {
		tty.Close()
		controlling = "yes"
	}
	fmt.Printf("self=%d parent=%d group=%d foreground=%d session=%d controlling=%s %s\n",
		os.Getpid(), os.Getppid(), syscall.Getpgrp(), foreground, session, controlling, window())
	lines := make(chan string)
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
		close(lines)
	}()
	interrupts := 0
	for {
		select {
		case line, ok := <-lines:
			if !ok || line == "end" {
				fmt.Printf("%d interrupts in all\n", interrupts)
				return 3
			}
		case sig := <-signals:
			switch sig {
			case syscall.SIGINT:
				interrupts++
				fmt.Printf("interrupt %d\n", interrupts)
			case syscall.SIGCONT:
				fmt.Println("continued")
			case syscall.SIGWINCH:
				fmt.Println(window())
			}
		}
	}
}

func window() string {
	rows, cols, err := pty.Getsize(os.Stdin)
	if err != nil {
		return "no window"
	}
	return fmt.Sprintf("window=%dx%d", rows, cols)
}

// terminalEnviron returns an environment with nrepo and its command terminal on PATH.
func terminalEnviron(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(dir, "nrepo-terminal")); err != nil {
		t.Fatal(err)
	}
	return []string{"HOME=" + dir, "TERM=xterm", "LC_ALL=C", "PATH=" + binaries(t) + ":" + dir + ":/usr/local/bin:/usr/bin:/bin"}
}

// TestTerminalIsTheCommands runs a command from a shell with job control. Only the
// command uses the terminal, gets its signals and sees changes of its size.
func TestTerminalIsTheCommands(t *testing.T) {
	t.Parallel()
	if !haveShell(t, "bash") {
		return
	}
	s := startTerminal(t, terminalEnviron(t), "bash", "--norc", "--noprofile", "-i")
	resize := func(rows, cols uint16) {
		t.Helper()
		if err := pty.Setsize(s.pty, &pty.Winsize{Rows: rows, Cols: cols}); err != nil {
			t.Fatal(err)
		}
	}
	resize(24, 100)
	s.write("nrepo terminal\n")
	s.await("window=24x100")
	var self, parent, group, foreground, session int
	if _, err := fmt.Sscanf(s.text()[strings.Index(s.text(), "self="):], "self=%d parent=%d group=%d foreground=%d session=%d controlling=yes",
		&self, &parent, &group, &foreground, &session); err != nil {
		t.Fatalf("%v: %q", err, s.text())
	}
	shell := s.cmd.Process.Pid
	if parent != shell || session != shell {
		t.Errorf("there is a process between the shell, %d, and the command: parent %d, session %d", shell, parent, session)
	}
	if group != self || foreground != self {
		t.Errorf("the terminal is not the command's, %d: group %d, foreground %d", self, group, foreground)
	}
	s.write("\x03")
	s.await("interrupt 1")
	s.write("\x03")
	s.await("interrupt 2")
	resize(50, 132)
	s.await("window=50x132")
	s.write("\x1a")
	s.await("Stopped")
	s.write("jobs -l | tr a-z A-Z\n")
	s.await(fmt.Sprintf("%d STOPPED", self))
	s.write("fg; echo \"exit code $?\"\n")
	s.await("continued")
	s.write("\x03")
	s.await("interrupt 3")
	s.write("end\n")
	s.await("3 interrupts in all")
	s.await("exit code 3")
	s.write("exit\n")
	if code := s.end().ExitCode(); code != 0 {
		t.Errorf("the shell exits with %d", code)
	}
}

// TestNoTerminalIsTaken starts nrepo in a session without a controlling terminal. A
// terminal that is only open must not become the controlling terminal.
func TestNoTerminalIsTaken(t *testing.T) {
	t.Parallel()
	person, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer person.Close()
	defer tty.Close()
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), "terminal")
	cmd.Env = terminalEnviron(t)
	cmd.Stdin, cmd.Stderr = tty, tty
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	if _, err := person.WriteString("end\n"); err != nil {
		t.Fatal(err)
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	pid := cmd.Process.Pid
	want := fmt.Sprintf("self=%d parent=%d group=%d foreground=-1 session=%d controlling=no", pid, os.Getpid(), pid, pid)
	if !strings.HasPrefix(first, want) {
		t.Errorf("the command says %q, want %q", first, want)
	}
}
