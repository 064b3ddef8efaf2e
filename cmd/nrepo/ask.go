package main

import (
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

// completeEntry is how a shell asks nrepo for completions, and nrepo a command. No
// command can have this name.
const completeEntry = "__complete"

// Bounds of what a command may answer, and in what time.
const (
	completeTime  = time.Second
	completeBytes = 1 << 20
)

// askCommand runs `nrepo-foo __complete words…` if the command opted in: by the
// marker, or because it is an official one next to nrepo. It gets no stdin, its
// stderr is dropped, and after a second it and all it started are killed. Files
// can be offered where it says so, and where it says nothing.
func askCommand(env *environment, l *lookup.Lookup, name string, words []string) (found []candidate, files bool) {
	f, ok := l.Find(name)
	if !ok || l.IsSelf(f) {
		return nil, true
	}
	program, argv0, batch := l.Start(f)
	if batch || origin(f) != "official" && !progfile.NewReader().Read(program, name, progfile.Wanted{Complete: true}).Complete {
		return nil, true
	}
	depth, err := nextDepth(env)
	if err != nil {
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

// answer returns what a program prints within the bounds, false where it fails.
// The program ends with this process, however that ends: where a signal ends it,
// by our hand; where it is killed, by the system's, as far as that does it.
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
	for _, s := range endingSignals {
		if !signal.Ignored(s) {
			signal.Notify(ended, s)
		}
	}
	runtime.LockOSThread() // some systems tie the child to the thread
	defer runtime.UnlockOSThread()
	p, err := os.StartProcess(path, argv, &os.ProcAttr{Env: environ, Files: []*os.File{null, in, null}, Sys: ownGroup()})
	in.Close()
	if err != nil {
		return "", false
	}
	var dying sync.Mutex // keeps this process until the signal has ended it
	go func() {
		s := <-ended
		dying.Lock()
		killGroup(p)
		dieOf(s)
	}()
	out.SetReadDeadline(time.Now().Add(completeTime)) // a pipe held open by an escaped child
	limit := time.AfterFunc(completeTime, func() { killGroup(p) })
	b, readErr := io.ReadAll(io.LimitReader(out, completeBytes))
	whole := len(b) < completeBytes
	if !whole || readErr != nil {
		killGroup(p)
	}
	state, err := p.Wait()
	dying.Lock()
	defer dying.Unlock()
	limit.Stop()
	if readErr != nil || whole && (err != nil || !state.Success()) {
		return "", false
	}
	if !whole {
		b = b[:strings.LastIndexByte(string(b), '\n')+1]
	}
	return string(b), true
}
