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

// Env is the environment of a command: its arguments, streams and variables. Main
// creates one for the process; a test creates its own. The zero value has the
// streams of the process and no variables, so that a test never uses the login of
// its author.
type Env struct {
	// Name is what the user types to run the command, such as "nrepo key". Every
	// message starts with it.
	Name string
	// Args are the arguments, without the name of the program.
	Args []string
	// Stdin, Stdout and Stderr are the streams. nil is the stream of the process.
	// Stdout is for the result only.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv returns the value of a variable, or "" if it is not set. nil is an
	// empty environment.
	Getenv func(name string) string
	// DefaultFormat is the format to use if neither a flag nor NEURALREPO_OUTPUT
	// is set. The zero value is the default format of the login.
	DefaultFormat output.Format
	// Complete returns completions for arguments and flag values. [Env.Run]
	// completes subcommands and flags itself. nil completes nothing. ctx ends
	// before the shell stops waiting. Complete must not prompt or change anything,
	// and returns nil if something fails. The store that Auth returns is read-only
	// during completion. The shell completes file names only if ShortUsage, or the
	// usage of the flag, contains the word FILE, DIR or COMMAND.
	Complete func(ctx context.Context, w Word) []Candidate

	// MayBeEmpty lists the flags, without dashes, that accept an empty value, such
	// as --body "" for no body. For all other flags an empty value is wrong use,
	// because it usually comes from an unset variable. [Given] distinguishes an
	// empty value from a missing flag.
	MayBeEmpty []string
	// ExitCodes are the command's own exit codes, 64 to 113, each with a short
	// description for its help. To exit with one, return an *[ExitError].
	ExitCodes map[int]string

	program string   // the name of the file, for --version; "" derives it from Name
	signals *signals // set by Main; nil in an Env of a test
	late    *late    // work to do when the command ends
	pager   *pager   // used in place of Stdout; nil for none
	bar     bar      // the last one; nil for none

	summary    *string // if not nil, Run only stores the command's summary here
	completing bool
	parsed     bool // whether all of Args were understood

	flags commonFlags
}

// fill sets the defaults of an Env.
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

// Auth returns the store of the login. It uses the variables of e and writes
// warnings to e.Stderr. While it renews a session, signals that would end the
// process are delayed, except for a second Ctrl-C or SIGTERM.
func (e *Env) Auth() *authcfg.Store {
	e.fill()
	store := &authcfg.Store{Getenv: e.Getenv, Warn: e.Warn, ReadOnly: e.completing, Later: e.late.add}
	if e.signals != nil {
		store.Hold = e.signals.hold
	}
	return store
}

// Format returns the output format: that of --json or --human, NEURALREPO_OUTPUT,
// DefaultFormat or the credential in use, whichever is the first that is set, or
// else human. Both flags at once, or another value of the variable, are wrong use.
func (e *Env) Format() (output.Format, error) {
	format, err := e.chosenFormat()
	if format == "" && err == nil {
		format = e.Auth().DefaultFormat()
	}
	return format, err
}

// chosenFormat is Format without the default of the login, and returns "" instead
// of that. It reads no file.
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

// Print writes a result to Stdout. In JSON, it writes result as [output.WriteJSON]
// does; otherwise, it writes human unchanged. Use [output.SafeLine] or
// [output.SafeText] for any text in human that comes from outside.
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

// Warn writes a one-line warning to Stderr.
func (e *Env) Warn(text string) {
	e.fill()
	output.WriteWarning(e.messages(), e.errorFormat(), e.Name, text)
}

// Progress shows a one-line message about what the command is doing, on Stderr, if
// that is a terminal and no pager uses it. If there is an [Env.Bar], the message
// is its note.
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

// bar is a [progress.Bar]. As an interface, it is linked only by commands that call
// [Env.Bar].
type bar interface {
	io.Writer
	Note(text string)
	IsDone() bool
}

// Bar starts to show the progress of long work, on Stderr. Nothing is shown while
// a pager uses the terminal. Call Done before you print the result. An Env has
// only one bar at a time.
func (e *Env) Bar(opts progress.Options) *progress.Bar {
	e.fill()
	w := e.Stderr
	if e.paging() {
		w = io.Discard
	}
	b := progress.New(w, opts)
	e.bar = b
	return b
}

// messages returns the stream for warnings: Stderr, above the bar.
func (e *Env) messages() io.Writer {
	if e.bar != nil && !e.bar.IsDone() && !e.paging() {
		return e.bar
	}
	return e.Stderr
}

// errorFormat returns the format for Stderr. Unlike Format, it never fails, even
// before the flags are parsed.
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
