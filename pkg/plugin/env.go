package plugin

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Env is what a command has of its process. A test makes one of its own; Main
// makes that of the real process.
type Env struct {
	// Name is what the user types to reach the command, such as "nrepo key". It
	// stands before every message.
	Name string
	// Args are the arguments, without the program's name.
	Args []string
	// Stdin, Stdout and Stderr are the streams. Stdout is for the result only.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv looks a variable up, "" where it is unset.
	Getenv func(name string) string
	// DefaultFormat is the format where neither a flag nor NEURALREPO_OUTPUT
	// names one. The zero value means the login's default.
	DefaultFormat output.Format
	// Complete offers arguments and values of flags for completion in a shell;
	// [Env.Run] itself offers subcommands and flags. nil offers nothing. ctx ends
	// before the shell stops waiting, and whatever goes wrong is silent: such a
	// hook returns nil. It must not prompt, nor change anything; what Auth returns
	// is read-only meanwhile.
	Complete func(ctx context.Context, w Word) []Candidate

	releaseSignals func()                  // set by Main, for TakeSignals; nil where none is caught
	holdSignals    func() (release func()) // set by Main and MainUncaught, for Auth

	completing                 bool
	json, human, help, version bool // the common flags
	parsed                     bool // whether all of Args were understood
}

// Auth returns the store of the login, which reads env's environment and warns
// on env's Stderr. While it renews a session, a signal that would end the process
// waits; a second Ctrl-C or SIGTERM does not.
func (e *Env) Auth() *authcfg.Store {
	return &authcfg.Store{Getenv: e.Getenv, Warn: e.Warn, ReadOnly: e.completing, Hold: e.holdSignals}
}

// Format returns the output format: --json or --human, else NEURALREPO_OUTPUT,
// else DefaultFormat, else that of the login in effect, else human. Both flags
// at once, or another value in the variable, are wrong use.
func (e *Env) Format() (output.Format, error) {
	format, err := e.chosenFormat()
	if format == "" && err == nil {
		format = e.Auth().DefaultFormat()
	}
	return format, err
}

// chosenFormat is Format without the login's default, "" where that decides: it
// reads no file.
func (e *Env) chosenFormat() (output.Format, error) {
	switch {
	case e.json && e.human:
		return "", Usagef("--json and --human exclude each other")
	case e.json:
		return output.JSON, nil
	case e.human:
		return output.Human, nil
	}
	if v := e.Getenv("NEURALREPO_OUTPUT"); v != "" {
		f, err := output.ParseFormat(v)
		if err != nil {
			return "", withHint(Usagef("NEURALREPO_OUTPUT %w", err), "correct NEURALREPO_OUTPUT, or unset it")
		}
		return f, nil
	}
	return e.DefaultFormat, nil
}

// Print writes a result to Stdout: in JSON result as [output.WriteJSON] does,
// else the text human as it is. Text from outside in human must have passed
// through [output.SafeLine] or [output.SafeText].
func (e *Env) Print(result any, human string) error {
	format, err := e.Format()
	if err != nil {
		return err
	}
	if format == output.JSON {
		return output.WriteJSON(e.Stdout, result)
	}
	_, err = io.WriteString(e.Stdout, human)
	return err
}

// Warn writes a warning, one line, to Stderr.
func (e *Env) Warn(text string) {
	output.WriteWarning(e.Stderr, e.errorFormat(), e.Name, text)
}

// Progress tells a waiting person in one line what is going on, on Stderr if
// that is a terminal.
func (e *Env) Progress(text string) {
	if IsTerminal(e.Stderr) {
		io.WriteString(e.Stderr, e.Name+": "+output.SafeLine(text)+"\n")
	}
}

// Color reports whether Stdout is a terminal that shows colour and NO_COLOR
// (https://no-color.org) is unset or empty.
func (e *Env) Color() bool {
	return IsTerminal(e.Stdout) && e.Getenv("NO_COLOR") == "" && e.Getenv("TERM") != "dumb"
}

// Width returns the number of columns of the terminal that Stdout is; 0 where
// it is none, or does not tell: then there is no limit.
func (e *Env) Width() int {
	if !IsTerminal(e.Stdout) {
		return 0
	}
	width, _, err := term.GetSize(int(e.Stdout.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// TableOptions returns the options of a table on Stdout: its Width and Color.
func (e *Env) TableOptions() output.TableOptions {
	return output.TableOptions{Width: e.Width(), Color: e.Color()}
}

// IsTerminal reports whether a stream of an Env is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// errorFormat is the format of what goes to Stderr. Unlike Format it always
// has an answer, even before the flags were understood.
func (e *Env) errorFormat() output.Format {
	probe := *e
	for _, arg := range e.Args {
		if e.parsed || arg == "--" {
			break
		}
		probe.json = probe.json || isFlag(arg, "json")
		probe.human = probe.human || isFlag(arg, "human")
	}
	if format, err := probe.Format(); err == nil {
		return format
	}
	return output.Human
}

func isFlag(arg, name string) bool {
	return arg == "-"+name || arg == "--"+name || strings.HasPrefix(arg, "--"+name+"=t")
}
