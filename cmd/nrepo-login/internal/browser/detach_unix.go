//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// detach runs cmd in a new session, so that Ctrl-C does not reach it and it cannot
// use our terminal.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
