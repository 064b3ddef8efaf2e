package plugin

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Page shows the result in a pager if Stdout is a terminal and the format is
// human. Until done is called, Stdout is the input of the pager; done waits until
// the user quits the pager. Otherwise Page does nothing.
//
// The pager is NREPO_PAGER, PAGER or less, and is run by sh, as in git. If the
// variable is empty or cat, there is no pager. It starts with the first byte, so
// an empty result opens no pager. LESS is FRX unless it is set, so that less exits
// if the result fits on one screen. Ctrl-C goes to the pager. After the user quits
// the pager, writing to Stdout returns an *[ExitError] with ExitOK; a command that
// returns this error ends quietly. Commands that change something must not use a
// pager.
func (e *Env) Page(ctx context.Context) (done func()) {
	format, err := e.Format()
	if err != nil || format != output.Human || e.pager != nil || !IsTerminal(e.Stdout) {
		return func() {}
	}
	line := e.pagerCommand()
	if line == "" || line == "cat" {
		return func() {}
	}
	if program := programOf(line); program != "" {
		if _, err := exec.LookPath(program); err != nil {
			e.Warn("cannot run the pager: " + err.Error())
			return func() {}
		}
	}
	p := &pager{ctx: ctx, env: e, terminal: e.Stdout.(*os.File), line: line, width: e.Width(), color: e.pagerShowsColor(line)}
	e.Stdout, e.pager = p, p
	return p.end
}

// pagerCommand returns the command line of the pager, "" for none.
func (e *Env) pagerCommand() string {
	for _, name := range []string{"NREPO_PAGER", "PAGER"} {
		if value, set := e.lookup(name); set {
			return strings.TrimSpace(value)
		}
	}
	if _, err := exec.LookPath("less"); err != nil || e.Getenv("TERM") == "dumb" {
		return ""
	}
	return "less"
}

// pagerShowsColor reports whether a pager can show colour.
func (e *Env) pagerShowsColor(line string) bool {
	switch name := strings.TrimSuffix(filepath.Base(programOf(line)), ".exe"); name {
	case "bat", "delta", "moor", "most":
		return true
	case "less":
		options, set := e.lookup("LESS")
		return !set || strings.ContainsAny(options, "rR") || slices.ContainsFunc(strings.Fields(line), func(word string) bool {
			return strings.HasPrefix(word, "-") && strings.ContainsAny(word, "rR")
		})
	}
	return e.Getenv("NREPO_PAGER_COLOR") == "1"
}

// lookup returns a variable and whether it is set. Only the environment of the
// process can tell an empty variable from an unset one.
func (e *Env) lookup(name string) (value string, set bool) {
	if e.signals != nil { // set by Main
		return os.LookupEnv(name)
	}
	value = e.Getenv(name)
	return value, value != ""
}

// paging reports whether a pager uses the terminal.
func (e *Env) paging() bool { return e.pager != nil && e.pager.input != nil }

// pager is the Stdout of a command that pages.
type pager struct {
	ctx      context.Context
	env      *Env
	terminal *os.File
	line     string
	width    int
	color    bool

	started bool           // since the first byte
	input   io.WriteCloser // nil if it does not run
	wait    func()         // until the user quits
}

func (p *pager) Write(b []byte) (int, error) {
	if !p.started && len(b) > 0 {
		p.start()
	}
	if p.input == nil {
		return p.terminal.Write(b)
	}
	if n, err := p.input.Write(b); err != nil {
		return n, &ExitError{Code: ExitOK} // the user quit the pager
	}
	return len(b), nil
}

// start starts the pager. If it cannot be run, the result goes to the terminal.
func (p *pager) start() {
	p.started = true
	cmd := shellCommand(p.ctx, p.line)
	cmd.Stdout, cmd.Stderr = p.terminal, p.env.Stderr
	cmd.Env = os.Environ()
	presets := [][2]string{{"LESS", "FRX"}, {"LV", "-c"}}
	if p.env.Getenv("LC_ALL")+p.env.Getenv("LC_CTYPE")+p.env.Getenv("LANG") == "" { // as in a container
		presets = append(presets, [2]string{"LESSCHARSET", "utf-8"}) // less would print é as <C3><A9>
	}
	for _, preset := range presets {
		if _, set := p.env.lookup(preset[0]); !set {
			cmd.Env = append(cmd.Env, preset[0]+"="+preset[1])
		}
	}
	if p.width > 0 {
		cmd.Env = append(cmd.Env, "COLUMNS="+strconv.Itoa(p.width))
	}
	input, err := cmd.StdinPipe()
	if err == nil {
		giveUp := p.env.signals.lend() // leaves Ctrl-C to the pager
		p.input, p.wait = input, func() {
			cmd.Wait()
			giveUp()
		}
		if err = cmd.Start(); err != nil {
			giveUp()
			input.Close()
			p.input = nil
		}
	}
	if err != nil {
		p.env.Warn("cannot run the pager: " + err.Error())
	}
}

// end waits until the pager exits, and ignores its exit code.
func (p *pager) end() {
	if p.input != nil {
		p.input.Close()
		p.wait()
		p.input = nil
	}
	p.env.Stdout, p.env.pager = p.terminal, nil
}
