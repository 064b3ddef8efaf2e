//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// detach gives cmd a session of its own: Ctrl-C does not reach it, and it
// cannot read or write our terminal.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
