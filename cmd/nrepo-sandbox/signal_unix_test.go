//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const stopCode = 0

func interrupt(p *os.Process) error { return p.Signal(os.Interrupt) }

// TestRunSignals checks that a signal reaches the command, that the exit code is 128+n, and
// that the private directory is removed.
func TestRunSignals(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		cmd := exec.Command(program, "run", "--", self, "child", "ready")
		cmd.Stderr = os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal that would deliver the signal itself
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		config, ready := strings.CutPrefix(strings.TrimSpace(line), "ready ")
		if err != nil || !ready {
			t.Fatalf("child says %q, %v", line, err)
		}
		dir := strings.TrimSuffix(config, "/config")
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		waitFor(t, cmd)
		if code := cmd.ProcessState.ExitCode(); code != 128+int(sig) {
			t.Errorf("%v: exit code %d", sig, code)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%v: %s is still there", sig, dir)
		}
	}
}

// TestRunLeftovers checks that the next run removes what a killed run has left, and nothing
// else.
func TestRunLeftovers(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	start := func() (cmd *exec.Cmd, stdin io.Closer, dir string) {
		t.Helper()
		cmd = exec.Command(program, "run", "--", self, "child", "ready")
		cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return cmd, in, filepath.Dir(strings.TrimPrefix(strings.TrimSpace(line), "ready "))
	}
	others := []string{"nrepo-sandbox-run-x", "nrepo-sandbox-run-1.txt", "nrepo-sandbox-1"}
	for _, name := range others {
		if err := os.Mkdir(filepath.Join(tmp, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(tmp, "nrepo-sandbox-run-7")); err != nil {
		t.Fatal(err)
	}
	killed, stdin, left := start()
	defer stdin.Close()
	alive, goOn, used := start()
	killed.Process.Kill()
	killed.Wait()
	if _, err := os.Stat(left); err != nil {
		t.Fatal("nothing was left: ", err)
	}
	next, end, own := start()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("%s is still there", left)
	}
	for _, dir := range append([]string{filepath.Base(used), filepath.Base(own), "nrepo-sandbox-run-7"}, others...) {
		if _, err := os.Lstat(filepath.Join(tmp, dir)); err != nil {
			t.Error(err)
		}
	}
	for cmd, stdin := range map[*exec.Cmd]io.Closer{alive: goOn, next: end} {
		stdin.Close()
		waitFor(t, cmd)
	}
}

// TestRunSlowChild checks that the sandbox keeps running for a command that ends slowly,
// that a second signal reaches it too, and that its exit code is returned.
func TestRunSlowChild(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "run", "--", self, "child", "slow")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	lines := bufio.NewReader(stdout)
	for i, want := range []string{"ready\n", "terminated\n", "terminated\n"} {
		if i > 0 {
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := lines.ReadString('\n'); got != want {
			t.Fatalf("child says %q, %v; want %q", got, err, want)
		}
	}
	stdin.Close()
	waitFor(t, cmd)
	if code := cmd.ProcessState.ExitCode(); code != 7 {
		t.Errorf("exit code %d", code)
	}
}

// TestStopSignals checks that serve ends cleanly after each signal.
func TestStopSignals(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		r := serveProcess(t)
		if err := r.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		waitFor(t, r.cmd)
		if code := r.cmd.ProcessState.ExitCode(); code != 0 || r.stderr.Len() > 0 {
			t.Errorf("%v: exit code %d, %s", sig, code, r.stderr)
		}
	}
}

// TestStopFinishesRequests checks that after a signal a running request is completed: it is
// answered and stored, and one file is left.
func TestStopFinishesRequests(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		file := filepath.Join(t.TempDir(), "ideas.db")
		r := serveProcess(t, "--db", file)
		host := strings.TrimSuffix(strings.TrimPrefix(r.apiURL, "http://"), "/api/v1")
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		const body = `{"title":"kept"}`
		fmt.Fprintf(conn, "POST /api/v1/ideas HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\nContent-Type: application/json\r\n"+
			"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", host, r.key, len(body))
		reply := bufio.NewReader(conn)
		if line, err := reply.ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("%q %v", line, err) // now the server waits for the body
		}
		if err := r.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		for err == nil { // until it no longer listens
			var other net.Conn
			if other, err = net.Dial("tcp", host); err == nil {
				other.Close()
			}
		}
		fmt.Fprint(conn, body)
		if rest, err := io.ReadAll(reply); err != nil || !strings.HasPrefix(string(rest), "\r\nHTTP/1.1 201 ") {
			t.Errorf("%v: %v %q", sig, err, rest)
		}
		waitFor(t, r.cmd)
		if code := r.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("%v: exit code %d\n%s", sig, code, r.stderr)
		}
		if files, err := filepath.Glob(file + "*"); len(files) != 1 {
			t.Errorf("%v: left behind: %q %v", sig, files, err)
		}
		again := serveProcess(t, "--db", file)
		if status, doc, err := again.call("GET", "/ideas", ""); status != 200 || !strings.Contains(string(doc), `"kept"`) {
			t.Errorf("%v: %d %s %v", sig, status, doc, err)
		}
	}
}

// TestRunKilledChild checks the exit code 128+n for a command that kills itself.
func TestRunKilledChild(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program, "run", "--", "sh", "-c", "kill -KILL $$")
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 137 || len(out) > 0 {
		t.Errorf("exit code %d, %q", code, out)
	}
}

// TestRunMissingInterpreter checks that the error names the cause.
func TestRunMissingInterpreter(t *testing.T) {
	t.Parallel()
	script := t.TempDir() + "/script"
	if err := os.WriteFile(script, []byte("#!/no/such/shell\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "run", "--", script)
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 126 || !strings.Contains(string(out), script) || !strings.Contains(string(out), "interpreter") {
		t.Errorf("exit code %d, %q", code, out)
	}
}
