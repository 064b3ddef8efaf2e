package plugin

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// Env is what a command has of its process. A test makes one of its own; Main
// makes that of the real process. The zero value has the streams of the process
// and an empty environment, so that a test never works with its author's login.
type Env struct {
	// Name is what the user types to reach the command, such as "nrepo key". It
	// stands before every message.
	Name string
	// Args are the arguments, without the program's name.
	Args []string
	// Stdin, Stdout and Stderr are the streams; nil is that of the process. Stdout
	// is for the result only.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv looks a variable up, "" where it is unset. nil is an environment
	// without variables.
	Getenv func(name string) string
	// DefaultFormat is the format where neither a flag nor NEURALREPO_OUTPUT
	// names one. The zero value means the login's default.
	DefaultFormat output.Format
	// Complete offers arguments and values of flags for completion in a shell;
	// [Env.Run] itself offers subcommands and flags. nil offers nothing. ctx ends
	// before the shell stops waiting, and whatever goes wrong is silent: such a
	// hook returns nil. It must not prompt, nor change anything; what Auth returns
	// is read-only meanwhile. Files are offered by the shell, where ShortUsage, or
	// the usage of the flag, has the word FILE, DIR or COMMAND, and nowhere else.
	Complete func(ctx context.Context, w Word) []Candidate

	// MayBeEmpty names the flags, without dashes, that may be given an empty value,
	// such as a --body for which "" says that there is none. For any other flag an
	// empty value is wrong use: mostly it is a variable of the shell that is unset.
	// [Given] tells an empty value from none.
	MayBeEmpty []string
	// ExitCodes are the command's own exit codes, 64 to 113, with what each says
	// in a few words. Its help lists them, and an *[ExitError] returns one.
	ExitCodes map[int]string

	program string        // the name of the file, for --version; "" is made of Name
	signals *signals      // of Main; nil in an Env of a test
	late    *late         // for the end of the command
	pager   *pager        // in place of Stdout; nil where there is none
	bar     *progress.Bar // the last one; nil where there was none

	summary    *string // where Run is only asked for the command's summary
	completing bool
	parsed     bool // whether all of Args were understood

	flags commonFlags
}

// fill sets what an Env of a test may leave out.
func (e *Env) fill() {
	if e.Stdin == nil {
		e.Stdin = os.Stdin
	}
	if e.Stdout == nil {
		e.Stdout = os.Stdout
	}
	if e.Stderr == nil {
		e.Stderr = os.Stderr
	}
	if e.Getenv == nil {
		e.Getenv = func(string) string { return "" }
	}
	if e.late == nil {
		e.late = new(late)
	}
}

// Auth returns the store of the login, which reads env's environment and warns
// on env's Stderr. While it renews a session, a signal that would end the process
// waits; a second Ctrl-C or SIGTERM does not.
func (e *Env) Auth() *authcfg.Store {
	e.fill()
	store := &authcfg.Store{Getenv: e.Getenv, Warn: e.Warn, ReadOnly: e.completing, Later: e.late.add}
	if e.signals != nil {
		store.Hold = e.signals.hold
	}
	return store
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
	e.fill()
	switch {
	case bool(e.flags.json && e.flags.human):
		return "", Usagef("--json and --human cannot be used together")
	case bool(e.flags.json):
		return output.JSON, nil
	case bool(e.flags.human):
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
	e.fill()
	output.WriteWarning(e.messages(), e.errorFormat(), e.Name, text)
}

// Progress tells a waiting person in one line what is going on, on Stderr if
// that is a terminal, and no pager has it. A [Env.Bar] shows it as its note.
func (e *Env) Progress(text string) {
	e.fill()
	switch {
	case !IsTerminal(e.Stderr) || e.paging():
	case e.bar != nil && !e.bar.IsDone():
		e.bar.Note(text)
	default:
		io.WriteString(e.Stderr, e.Name+": "+output.SafeLine(text)+"\n")
	}
}

// Bar begins to show how far long work is, on Stderr; nothing is shown while a
// pager has the terminal. Call its Done before the result is printed. One Env
// has one bar at a time.
func (e *Env) Bar(opts progress.Options) *progress.Bar {
	e.fill()
	w := e.Stderr
	if e.paging() {
		w = io.Discard
	}
	e.bar = progress.New(w, opts)
	return e.bar
}

// messages is the stream of warnings: Stderr, above the bar.
func (e *Env) messages() io.Writer {
	if e.bar != nil && !e.bar.IsDone() && !e.paging() {
		return e.bar
	}
	return e.Stderr
}

// errorFormat is the format of what is written to Stderr. Unlike Format it always
// has an answer, even before the flags were understood.
func (e *Env) errorFormat() output.Format {
	probe := *e
	for _, arg := range e.Args {
		if e.parsed || arg == "--" {
			break
		}
		probe.flags.json = probe.flags.json || commonFlag(isFlag(arg, "json"))
		probe.flags.human = probe.flags.human || commonFlag(isFlag(arg, "human"))
	}
	if format, err := probe.Format(); err == nil {
		return format
	}
	return output.Human
}

func isFlag(arg, name string) bool {
	return arg == "-"+name || arg == "--"+name || strings.HasPrefix(arg, "--"+name+"=t")
}
