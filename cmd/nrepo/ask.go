package main

import (
	"bytes"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

// completeEntry is the first argument when a shell asks nrepo for completions, and when
// nrepo asks a command. No command can have this name.
const completeEntry = "__complete"

const (
	completeTime  = time.Second
	completeBytes = 1 << 20
)

// filesLine tells the shell to complete file names. Commands print it too.
const filesLine = "\tfiles"

// candidate is a possible word at the cursor, with a description.
type candidate struct{ text, help string }

// askCommand runs `nrepo-foo __complete words…` if the command supports it: it has the
// marker, or is an official command next to nrepo. It gets no stdin, its stderr is
// discarded, and after a second it and its child processes are killed. Files are offered
// if the command asks for that, if it fails, or if it does not support completion.
func askCommand(env *environment, l *lookup.Lookup, name string, words []string) (found []candidate, files bool) {
	f, ok := l.Find(name)
	if !ok || l.IsSelf(f) {
		return nil, true
	}
	program, argv0, batch := lookup.Start(l, f)
	depth, err := nextDepth(env)
	if err != nil || batch || origin(f) != "official" && !progfile.NewReader().Read(program, name, false).Complete {
		return nil, true
	}
	argv := append([]string{argv0, completeEntry}, words...)
	text, ok := answer(program, argv, commandEnvironment(env, l.Self(), name, depth))
	if !ok {
		return nil, true
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line == filesLine {
			files = true
			continue
		}
		text, help, _ := strings.Cut(line, "\t")
		found = append(found, candidate{text, help})
	}
	return found, files
}

// answer returns the output of a program, within limits, and false if it fails. The
// program does not outlive this process: a signal that ends this process ends the program
// first, and if this process is killed, the system kills the program where it can.
func answer(path string, argv, environ []string) (text string, ok bool) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return "", false
	}
	defer null.Close()
	out, in, err := os.Pipe()
	if err != nil {
		return "", false
	}
	defer out.Close()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(ended)
	runtime.LockOSThread() // on Linux, the child ends with the thread that started it
	defer runtime.UnlockOSThread()
	p, err := os.StartProcess(path, argv, &os.ProcAttr{Env: environ, Files: []*os.File{null, in, null}, Sys: ownGroup()})
	in.Close()
	if err != nil {
		return "", false
	}
	done := make(chan []byte, 1) // nil if the program failed
	go func() {
		b, err := io.ReadAll(io.LimitReader(out, completeBytes))
		enough := len(b) == completeBytes
		if enough {
			b = b[:bytes.LastIndexByte(b, '\n')+1]
			killGroup(p)
		}
		if state, ended := p.Wait(); err != nil || !enough && (ended != nil || !state.Success()) {
			b = nil
		}
		done <- b
	}()
	select {
	case b := <-done:
		return string(b), b != nil
	case <-time.After(completeTime):
	case <-ended:
	}
	killGroup(p)
	return "", false
}
