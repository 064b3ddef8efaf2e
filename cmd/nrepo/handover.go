package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// runCommand hands the process over to the executable nrepo-name.
func runCommand(env *environment, name string, args []string) error {
	if err := checkName(name); err != nil {
		return err
	}
	l := newLookup(env)
	found, err := findCommand(env, l, name, args)
	if err != nil {
		return err
	}
	return handOver(env, l, found, args)
}

// handOver runs a found command in place of nrepo.
func handOver(env *environment, l *lookup.Lookup, found lookup.File, args []string) error {
	depth, err := nextDepth(env)
	if err != nil {
		return err
	}
	if l.IsSelf(found) {
		return cannotRun(termtext.Line(found.Path)+" is nrepo itself", "remove it: it would call itself for ever")
	}
	program, argv0, batch := l.Start(found)
	if batch {
		if err := checkBatchArguments(found.Path, args); err != nil {
			return err
		}
	}
	argv := append([]string{argv0}, args...)
	if tracing(env) {
		traceRun(env.stderr, argv)
	}
	err = env.replace(program, argv, commandEnvironment(env, l.Self(), found.Name, depth))
	if _, ended := err.(exitCode); ended || err == nil {
		return err
	}
	problem, hint := progfile.WhyNotRun(program, err)
	return cannotRun("cannot run "+termtext.Line(program)+": "+problem, hint)
}

func traceRun(w io.Writer, argv []string) {
	line := "nrepo: run"
	for _, arg := range argv {
		line += " " + secrettext.Mask(termtext.Quote(arg))
	}
	io.WriteString(w, line+"\n")
}

// checkBatchArguments refuses arguments that cmd.exe could take for more than
// text. No quoting is safe there: cmd.exe parses the line again for a batch
// file, and a crafted argument would become a command of its own.
func checkBatchArguments(path string, args []string) error {
	for _, arg := range args {
		if strings.ContainsAny(arg, "&|<>^%!\"\r\n\x00") {
			return cannotRun(filepath.Base(path)+` is a batch file and cannot be given an argument with & | < > ^ % ! " or a line break`,
				"ask for the command as an .exe")
		}
	}
	return nil
}
