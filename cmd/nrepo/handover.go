package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// runCommand runs nrepo-name in place of this process.
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
		return cannotRun(termtext.Line(found.Path)+" is nrepo itself", "remove it, because it would run itself forever")
	}
	program, argv0, batch := lookup.Start(l, found)
	if batch {
		if err := checkBatchArguments(found.Path, args); err != nil {
			return err
		}
	}
	argv := append([]string{argv0}, args...)
	if tracing(env) {
		line := "nrepo: run"
		for _, arg := range argv {
			line += " " + secrettext.Mask(termtext.Quote(arg))
		}
		io.WriteString(env.stderr, line+"\n")
	}
	err = env.replace(program, argv, commandEnvironment(env, l.Self(), found.Name, depth))
	if _, ended := err.(exitCode); ended || err == nil {
		return err
	}
	problem, hint := progfile.WhyNotRun(program, err)
	return cannotRun("cannot run "+termtext.Line(program)+": "+problem, hint)
}

// checkBatchArguments returns an error for arguments that cmd.exe could interpret. No
// quoting is safe: cmd.exe parses the line again for a batch file, so that an argument
// could become a command.
func checkBatchArguments(path string, args []string) error {
	if !strings.ContainsAny(strings.Join(args, ""), "&|<>^%!\"\r\n\x00") {
		return nil
	}
	return cannotRun(filepath.Base(path)+` is a batch file and cannot be given an argument with & | < > ^ % ! " or a line break`,
		"ask its author for an .exe file")
}

// runChild runs a program with the streams of this process, and returns its
// exit code as the error.
func runChild(path string, argv, environ []string) error {
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Env:   environ,
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return err
	}
	state, err := p.Wait()
	if err != nil {
		return err
	}
	return exitCode(state.ExitCode())
}
