package main

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// Exit codes of nrepo itself. Other codes are from the command.
const (
	exitFailure   = 1
	exitUsage     = 2
	exitCannotRun = 126
	exitNotFound  = 127
)

// failure is an error of nrepo itself. Its texts are safe to show.
type failure struct {
	exit int
	text string // one line, lower case, no full stop
	hint string // what to do about it; may be empty
}

func (f *failure) Error() string { return f.text }

// code returns the error code in JSON.
func (f *failure) code() string {
	return cmp.Or(map[int]string{exitUsage: "usage", exitCannotRun: "cannot_run", exitNotFound: "not_found"}[f.exit], "unknown")
}

func usageError(text, hint string) error { return &failure{exitUsage, text, hint} }
func cannotRun(text, hint string) error  { return &failure{exitCannotRun, text, hint} }
func notFound(text, hint string) error   { return &failure{exitNotFound, text, hint} }

// exitCode is the exit code of a command that ran as a child.
type exitCode int

func (c exitCode) Error() string { return "exit code " + strconv.Itoa(int(c)) }

// showFlag quotes a flag for a message without what may be a secret: it cuts off the
// value, and does not repeat a long flag.
func showFlag(flag string) string {
	flag, _, _ = strings.Cut(flag, "=")
	if len(flag) > 32 || secrettext.HasKey(flag) {
		return "(not repeated: it may be a secret)"
	}
	return secrettext.Mask(termtext.Quote(flag))
}

// showArg quotes an argument for a message, shortened and with API keys masked. It masks
// twice, because quoting turns a line feed before rp_ into \nrp_.
func showArg(arg string) string {
	return secrettext.Mask(termtext.Quote(progfile.Cut(secrettext.Mask(arg), lookup.MaxName)))
}
