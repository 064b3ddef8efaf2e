//go:build unix

package plugin

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// child is a running helper process.
type child struct {
	*exec.Cmd
	config string // its NEURALREPO_CONFIG
	pipe   io.Closer
	out    *bufio.Reader
	stderr bytes.Buffer
}

func command(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(args[0], args[1:]...), config: filepath.Join(t.TempDir(), "config.json")}
	c.Env = append(os.Environ(), "NREPO_TEST_HELPER=1", "NEURALREPO_OUTPUT=human", "NEURALREPO_CONFIG="+c.config)
	c.Stderr = &c.stderr
	return c
}

func start(t *testing.T, args ...string) *child {
	t.Helper()
	c := command(t, args...)
	c.run(t)
	return c
}

// startReading starts a helper that reads stdin and is logged in with a session, and
// returns when it is ready. If stderr is nil, the output there is recorded.
func startReading(t *testing.T, kind string, stderr *os.File, args ...string) (*child, io.Closer) {
	t.Helper()
	c := command(t, append([]string{os.Args[0]}, args...)...)
	const login = `{"api_key":"old","user_id":"u","auth_method":"oauth","refresh_token":"older"}`
	if err := os.WriteFile(c.config, []byte(login), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Env = append(c.Env, "NREPO_TEST_HELPER="+kind)
	if stderr != nil {
		c.Stderr = stderr
	}
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	c.run(t)
	c.expect(t, "ready")
	return c, stdin
}

// run starts the helper process.
func (c *child) run(t *testing.T) {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.pipe, c.out = out, bufio.NewReader(out)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() })
}

func (c *child) expect(t *testing.T, want string) {
	t.Helper()
	if got, err := c.out.ReadString('\n'); got != want+"\n" {
		t.Fatalf("stdout %q, %v, want %q; stderr %q", got, err, want, &c.stderr)
	}
}

func (c *child) end(t *testing.T) syscall.WaitStatus {
	t.Helper()
	io.Copy(io.Discard, c.out)
	c.Wait()
	if c.stderr.Len() > 0 {
		t.Errorf("stderr %q", &c.stderr)
	}
	return c.ProcessState.Sys().(syscall.WaitStatus)
}

func TestDiesOfTheSignal(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			c := start(t, os.Args[0], "wait")
			c.expect(t, "ready")
			c.Process.Signal(sig)
			if got := c.end(t); !got.Signaled() || got.Signal() != sig {
				t.Errorf("ended by %v", c.ProcessState)
			}
		})
	}
}

// A command that catches no signals also ends with the first signal.
func TestUncaughtSignal(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			c, _ := startReading(t, "uncaught", nil, "read")
			c.Process.Signal(sig)
			if got := c.end(t); !got.Signaled() || got.Signal() != sig {
				t.Errorf("ended by %v", c.ProcessState)
			}
		})
	}
}

// interruptAtOnce sends SIGINT many times, and reports whether that was fast enough to
// count as one.
func (c *child) interruptAtOnce() bool {
	began := time.Now()
	for range 500 {
		c.Process.Signal(syscall.SIGINT)
	}
	return time.Since(began) < twice
}

// A signal takes effect only after a renewed session is stored. timeout(1) sends each
// signal twice. This test sends it five hundred times, so that some arrive after the first
// was received: until then, the kernel merges them.
func TestSignalWhileRenewing(t *testing.T) {
	t.Parallel()
	for _, helper := range []string{"1", "uncaught"} {
		t.Run(helper, func(t *testing.T) {
			t.Parallel()
			c, stdin := startReading(t, helper, nil, "renew")
			for !c.interruptAtOnce() { // try again if sending took too long
				stdin.Close()
				c.Process.Kill()
				c.Wait()
				c, stdin = startReading(t, helper, nil, "renew")
			}
			stdin.Close()
			got := c.end(t)
			// If the command finishes without an error, it exits normally.
			if done := helper == "1" && got.ExitStatus() == ExitOK; !done && got.Signal() != syscall.SIGINT {
				t.Errorf("ended by %v", c.ProcessState)
			}
			if text, err := os.ReadFile(c.config); err != nil || !strings.Contains(string(text), `"api_key": "new"`) {
				t.Errorf("the file holds %s, %v", text, err)
			}
		})
	}
}

// A signal waits however long the renewal takes, and a message says so. A second signal
// does not wait, except SIGHUP, because a closed terminal may send it twice, or after
// SIGTERM.
func TestSignalWhileRenewingSlowly(t *testing.T) {
	t.Parallel()
	const none, renewed, old = syscall.Signal(0), `"api_key": "new"`, `"api_key":"old"`
	for name, tt := range map[string]struct {
		first, second, ends syscall.Signal
		stored              string
	}{
		"once":         {syscall.SIGINT, none, syscall.SIGINT, renewed},
		"again":        {syscall.SIGINT, syscall.SIGTERM, syscall.SIGTERM, old},
		"hangup twice": {syscall.SIGHUP, syscall.SIGHUP, syscall.SIGHUP, renewed},
		"then hangup":  {syscall.SIGTERM, syscall.SIGHUP, syscall.SIGTERM, renewed},
	} {
		for _, helper := range []string{"1", "uncaught"} {
			t.Run(name+" "+helper, func(t *testing.T) {
				t.Parallel()
				screen, terminal, err := pty.Open()
				if err != nil {
					t.Fatal(err)
				}
				defer screen.Close()
				defer terminal.Close()
				c, stdin := startReading(t, helper, terminal, "renew")
				c.Process.Signal(tt.first)
				if line, err := bufio.NewReader(screen).ReadString('\n'); err != nil || !strings.Contains(line, "nrepo helper: waiting") {
					t.Fatalf("the terminal shows %q, %v", line, err)
				}
				if tt.second != none {
					c.Process.Signal(tt.second)
				}
				if tt.stored == renewed {
					stdin.Close()
				}
				if got := c.end(t); got.Signal() != tt.ends {
					t.Errorf("ended by %v", c.ProcessState)
				}
				if text, err := os.ReadFile(c.config); err != nil || !strings.Contains(string(text), tt.stored) {
					t.Errorf("the file holds %s, %v", text, err)
				}
			})
		}
	}
}

// If a command finishes in spite of a signal, its exit code is unchanged.
func TestSignalWhileFinishing(t *testing.T) {
	t.Parallel()
	c := start(t, os.Args[0], "finish")
	c.expect(t, "ready")
	c.Process.Signal(syscall.SIGTERM)
	c.expect(t, "finished")
	if got := c.end(t); !got.Exited() || got.ExitStatus() != ExitOK {
		t.Errorf("ended by %v", c.ProcessState)
	}
}

// A command ignores the signals that its parent ignores, as under nohup.
func TestIgnoredSignals(t *testing.T) {
	t.Parallel()
	for name, sig := range map[string]syscall.Signal{"INT": syscall.SIGINT, "HUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, "/bin/sh", "-c", `trap '' `+name+`; exec "$0" wait`, os.Args[0])
			c.expect(t, "ready")
			c.Process.Signal(sig)
			c.Process.Signal(syscall.SIGTERM)
			if got := c.end(t); !got.Signaled() || got.Signal() != syscall.SIGTERM {
				t.Errorf("ended by %v", c.ProcessState)
			}
		})
	}
}

// A second signal ends a command at once, and is the signal that ended it. Without it, the
// first one would end the command after two seconds.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	c := start(t, os.Args[0], "stubborn")
	c.expect(t, "ready")
	c.Process.Signal(syscall.SIGTERM)
	c.expect(t, "signalled")
	go func() {
		for range time.Tick(10 * time.Millisecond) { // until it no longer counts as one with SIGTERM
			if c.Process.Signal(syscall.SIGINT) != nil {
				return
			}
		}
	}()
	if got := c.end(t); !got.Signaled() || got.Signal() != syscall.SIGINT {
		t.Errorf("ended by %v", c.ProcessState)
	}
}

func TestStubbornCommandDies(t *testing.T) {
	t.Parallel()
	c := start(t, os.Args[0], "stubborn")
	c.expect(t, "ready")
	c.Process.Signal(syscall.SIGTERM)
	c.expect(t, "signalled")
	if got := c.end(t); !got.Signaled() || got.Signal() != syscall.SIGTERM {
		t.Errorf("ended by %v", c.ProcessState)
	}
}

func TestClosedPipeIsQuiet(t *testing.T) {
	t.Parallel()
	c := start(t, os.Args[0], "endless")
	c.expect(t, "y")
	c.pipe.Close()
	if got := c.end(t); !got.Signaled() || got.Signal() != syscall.SIGPIPE {
		t.Errorf("ended by %v", c.ProcessState)
	}
}

// A bad value in a variable of the command itself is wrong use.
func TestOwnVariable(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"3": ExitOK, "s3cr3t": ExitUsage} {
		c := command(t, os.Args[0], "size", "--json")
		c.Env = append(c.Env, "NREPO_TEST_HELPER_SIZE="+value)
		out, _ := c.Output()
		if code := c.ProcessState.ExitCode(); code != want || strings.Contains(c.stderr.String(), "s3cr3t") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", value, code, out, &c.stderr)
		}
	}
}
