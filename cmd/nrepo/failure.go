package main

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// Exit codes of nrepo itself; every other code is the command's own.
const (
	exitUsage     = 2
	exitCannotRun = 126
	exitNotFound  = 127
)

// failure is an error of nrepo itself. Its texts are safe to show.
type failure struct {
	exit int
	code string // usage, cannot_run, not_found or unknown
	text string // one line, lower case, no full stop
	hint string // what to do about it; may be empty
}

func (f *failure) Error() string { return f.text }

func usageError(text, hint string) error {
	return &failure{exit: exitUsage, code: "usage", text: text, hint: hint}
}

func cannotRun(text, hint string) error {
	return &failure{exit: exitCannotRun, code: "cannot_run", text: text, hint: hint}
}

func notFound(text, hint string) error {
	return &failure{exit: exitNotFound, code: "not_found", text: text, hint: hint}
}

// exitCode is the exit code of a command that ran as a child.
type exitCode int

func (c exitCode) Error() string { return "exit code " + strconv.Itoa(int(c)) }

// report prints an error once and returns the exit code. In JSON mode it is one
// line on stderr:
//
//	{"error":"<text>","code":"usage|cannot_run|not_found|unknown","hint":"<if any>"}
func (env *environment) report(err error) int {
	if err == nil {
		return 0
	}
	if code, ok := err.(exitCode); ok {
		return int(code)
	}
	f, ok := err.(*failure)
	if !ok {
		f = &failure{exit: 1, code: "unknown", text: termtext.Line(err.Error())}
	}
	hint := f.hint
	if slices.ContainsFunc(env.args, secrettext.HasKey) {
		hint = "an API key must not be an argument: revoke it with `nrepo key revoke`, it is in your shell's history now"
	}
	var b strings.Builder
	if asJSON, err := env.wantsJSON(env.globals); asJSON && err == nil {
		b.WriteString(`{"error":` + termtext.Quote(f.text) + `,"code":` + termtext.Quote(f.code))
		if hint != "" {
			b.WriteString(`,"hint":` + termtext.Quote(hint))
		}
		b.WriteString("}\n")
	} else {
		b.WriteString("nrepo: " + f.text + "\n")
		if hint != "" {
			b.WriteString("hint: " + hint + "\n")
		}
	}
	io.WriteString(env.stderr, b.String())
	return f.exit
}

// showFlag quotes a flag for a message, or only says that there was one when it
// may hold a secret: its value is cut off, and a long one is not repeated.
func showFlag(flag string) string {
	flag, _, _ = strings.Cut(flag, "=")
	if len(flag) > 32 || secrettext.HasKey(flag) {
		return "(not repeated: it may be a secret)"
	}
	return secrettext.Mask(termtext.Quote(flag))
}

// showArg quotes an argument for a message, shortened and without an API key.
// It is quoted first: a line feed before rp_ is shown as \nrp_.
func showArg(arg string) string { return secrettext.Mask(termtext.Quote(cut(arg, maxName))) }
