package plugin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// atOnce is too short for editing: an editor that exits so soon has only opened a
// window and did not wait for it.
const atOnce = time.Second

// Edit opens the file at path in an editor and returns when the editor exits. The
// editor is chosen as in git: NREPO_EDITOR, VISUAL unless the terminal is dumb, or
// EDITOR, whichever is the first that is not empty; otherwise nano or vi (on
// Windows notepad). It is run by sh with the file as an argument, so that "code
// --wait" works. Ctrl-C goes to the editor.
//
// If Stdin or Stdout is not a terminal, or there is no editor or it cannot be run,
// Edit returns an error for wrong use, and the file is unchanged. It also returns an
// error if the editor fails, or if it exits within a second without changing the
// file. Edit never removes the file. Open the file again by its path to read it,
// because many editors replace it.
func (e *Env) Edit(ctx context.Context, path string) error {
	e.fill()
	if !IsTerminal(e.Stdin) || !IsTerminal(e.Stdout) {
		return Usagef("cannot open an editor: stdin and stdout must be a terminal")
	}
	variable, line := e.editor()
	if line == "" {
		return withHint(Usagef("there is no editor"), "set EDITOR, or VISUAL if TERM is not dumb")
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	began := time.Now()
	started, err := e.runEditor(ctx, line, path)
	after, readErr := os.ReadFile(path)
	unchanged := readErr == nil && bytes.Equal(before, after)
	if variable != "" {
		line = variable + "=" + output.Shorten(line)
	}
	switch {
	case !started && unchanged:
		return withHint(Usagef("the editor cannot be run (%s): %w", line, cmp.Or(errors.Unwrap(err), err)), "set "+cmp.Or(variable, "EDITOR")+" to an editor that is installed")
	case err != nil:
		return fmt.Errorf("the editor failed (%s): %w; the text is in %s", line, err, path)
	case unchanged && time.Since(began) < atOnce:
		return &output.Error{
			Err:  fmt.Errorf("the editor ended at once and changed nothing; the text is in %s", path),
			Hint: "if its window is still open, make the editor wait: EDITOR='code --wait'",
		}
	}
	return nil
}

// editor returns the command line of the editor, "" if there is none, and the
// variable that it comes from.
func (e *Env) editor() (variable, line string) {
	dumb := e.Getenv("TERM") == "" || e.Getenv("TERM") == "dumb"
	if runtime.GOOS == "windows" {
		dumb = false // its consoles have no TERM
	}
	for _, name := range []string{"NREPO_EDITOR", "VISUAL", "EDITOR"} {
		if value := e.Getenv(name); value != "" && (name != "VISUAL" || !dumb) {
			return name, value
		}
	}
	if dumb {
		return "", ""
	}
	for _, name := range []string{"nano", "vi", "notepad"} {
		if _, err := exec.LookPath(name); err == nil {
			return "", name
		}
	}
	return "", ""
}

// runEditor also reports whether the editor was started.
func (e *Env) runEditor(ctx context.Context, line, path string) (started bool, err error) {
	fd := int(e.Stdin.(*os.File).Fd())
	if state, err := term.GetState(fd); err == nil {
		defer term.Restore(fd, state) // a killed editor leaves it in raw mode
	}
	defer e.signals.lend()()
	cmd := shellCommand(ctx, line, path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.Stdin, e.Stdout, e.Stderr
	err = cmd.Run()
	_, exited := errors.AsType[*exec.ExitError](err)
	return err == nil || exited && !notFound(cmd), err
}
