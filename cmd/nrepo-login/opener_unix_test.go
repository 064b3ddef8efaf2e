//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
)

// Whatever the opener does, the URL is printed, the login continues, and stdout contains
// only the result. The opener does not get the key in our environment.
func TestOpener(t *testing.T) {
	t.Setenv("NEURALREPO_API_KEY", "a-secret")
	for name, test := range map[string]struct {
		script string
		told   string // text on stderr, with the variable and its value; "" for none
	}{
		"missing":          {"", "no installed program"},
		"exits 3":          {"exit 3", "exit status 3"},
		"hangs":            {"trap '' HUP\nread never <" + "$0.fifo", ""},
		"writes to stdout": {"echo noise; echo noise >&2", ""},
		"not executable":   {"#", "no installed program"},
		"no interpreter":   {"!", "no such file"},
	} {
		script := test.script

		t.Run(name, func(t *testing.T) {
			s := newService(t)
			r := newSession(t, s)
			opener := filepath.Join(t.TempDir(), "opener")
			report := opener + ".pid"
			if script != "" {
				mode := os.FileMode(0o755)
				if script == "#" {
					mode = 0o644
				}
				if err := syscall.Mkfifo(opener+".fifo", 0o600); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Mkfifo(report, 0o600); err != nil {
					t.Fatal(err)
				}
				text := fmt.Sprintf("#!/bin/sh\necho $$ $NEURALREPO_API_KEY $1 >%s\n%s\n", report, script)
				if script == "!" {
					text = "#!/no/such/shell\n"
				}
				if err := os.WriteFile(opener, []byte(text), mode); err != nil {
					t.Fatal(err)
				}
			}
			r.env["NEURALREPO_BROWSER"], r.env["DISPLAY"] = opener, ""
			real := browser.This(r.login.env.Getenv)
			r.login.desktop.Start, r.login.desktop.LookPath = real.Start, real.LookPath
			address := r.begin(t)
			pid := 0
			if script != "" && script != "#" && script != "!" {
				doc, err := os.ReadFile(report)
				if err != nil {
					t.Fatal(err)
				}
				fields := strings.Fields(string(doc))
				if len(fields) != 2 || fields[1] != address {
					t.Errorf("the opener got %q", fields)
				}
				if pid, err = strconv.Atoi(fields[0]); err != nil {
					t.Fatal(err)
				}
				if session, err := unix.Getsid(pid); err == nil && session != pid {
					t.Errorf("the opener is in session %d", session)
				}
			}
			if test.told != "" {
				r.stderr.until(test.told)
			}
			if named := strings.Contains(r.stderr.String(), `NEURALREPO_BROWSER "`+opener+`"`); named != (test.told != "") {
				t.Errorf("stderr: %s", r.stderr.String())
			}
			visit(t, address)
			r.wantLoggedIn(t, "access-1")
			if got := r.stdout.String(); got != "Logged in as alice@example.com\n" {
				t.Errorf("stdout: %q", got)
			}
			if !strings.HasPrefix(r.stderr.String(), address+"\n") || strings.Contains(r.stderr.String(), "noise") {
				t.Errorf("stderr: %q", r.stderr.String())
			}
			if pid == 0 {
				return
			}
			if name == "hangs" { // end it
				f, err := os.OpenFile(opener+".fifo", os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				f.Close()
			}
			wantReaped(t, pid)
		})
	}
}

// wantReaped waits until a child no longer exists, not even as a zombie.
func wantReaped(t *testing.T, pid int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		<-tick.C
	}
	t.Errorf("process %d is still there", pid)
}
