package main

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
)

// completeEntry is what the scripts call, with the words after nrepo up to the
// one being typed: nrepo __complete -- words…. No command can have this name.
// It prints a candidate a line, with a description behind a tab if there is
// one. Whatever goes wrong, it prints nothing and exits 0.
const completeEntry = "__complete"

// Bounds of what a command may answer, and in what time.
const (
	completeTime  = time.Second
	completeBytes = 1 << 20
	completeLines = 1000
)

// askCommand runs `nrepo-foo __complete words…` if the command opted in: by the
// marker, or because it is an official one next to nrepo. It gets no stdin, its
// stderr is dropped, and after a second it and all it started are killed.
func askCommand(env *environment, l *lookup.Lookup, name string, words []string) []string {
	found, ok := l.Find(name)
	if !ok || l.IsSelf(found) || l.IsBatch(found.Path) {
		return nil
	}
	if origin(found) != "official" && !progfile.NewReader().Read(found.Path, name, progfile.Wanted{Complete: true}).Complete {
		return nil
	}
	depth, err := nextDepth(env)
	if err != nil {
		return nil
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	defer null.Close()
	out, in, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer out.Close()
	argv := append([]string{found.Path, completeEntry}, words...)
	p, err := os.StartProcess(found.Path, argv, &os.ProcAttr{
		Env:   commandEnvironment(env, l.Self(), name, depth),
		Files: []*os.File{null, in, null},
		Sys:   ownGroup(),
	})
	in.Close()
	if err != nil {
		return nil
	}
	out.SetReadDeadline(time.Now().Add(completeTime)) // a pipe held open by an escaped child
	limit := time.AfterFunc(completeTime, func() { killGroup(p) })
	text, readErr := io.ReadAll(io.LimitReader(out, completeBytes))
	whole := len(text) < completeBytes
	if !whole || readErr != nil {
		killGroup(p)
	}
	state, err := p.Wait()
	limit.Stop()
	if readErr != nil || whole && (err != nil || !state.Success()) {
		return nil
	}
	if !whole {
		text = text[:strings.LastIndexByte(string(text), '\n')+1]
	}
	return strings.Split(string(text), "\n")
}
