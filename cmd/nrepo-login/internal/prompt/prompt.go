// Package prompt asks for a secret line on a terminal. Nothing that was typed or
// pasted for it reaches the program that reads the terminal next.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// MaxLine is how many bytes a line may have: an API key has 68, a pasted address
// some hundred.
const MaxLine = 4 << 10

var (
	// ErrTooLong means that a line had more than MaxLine bytes.
	ErrTooLong = errors.New("that is too long")
	// ErrSeveralLines means that several lines were pasted at once.
	ErrSeveralLines = errors.New("several lines were pasted, but only one is expected")
	// ErrNotHidden means that the terminal would show what is typed.
	ErrNotHidden = errors.New("this terminal cannot hide what is typed")
)

// A terminal that is told so puts marks around pasted text (bracketed paste).
const (
	marksOn  = "\x1b[?2004h"
	marksOff = "\x1b[?2004l"
)

// Prompt is a question on a terminal. Every field but Stars is required.
type Prompt struct {
	In       *os.File  // the terminal
	Out      io.Writer // where the question and the stars go
	Question string
	// Stars is how many stars to show at most, one for each character; 0 is no
	// limit. A line that wraps cannot be erased.
	Stars int
	// Marks says that Out is a terminal that knows bracketed paste.
	Marks bool
}

// Read asks and returns the line. Ctrl-D in an empty line, and a terminal that
// is gone, are io.EOF; Ctrl-C sends SIGINT to the foreground processes, as it
// does elsewhere. Text that is too long, or of several lines as far as the
// terminal marks them, is read to its end and refused.
//
// It reads in raw mode itself, because term.ReadPassword leaves the terminal
// mute when a signal ends the wait.
func (p Prompt) Read(ctx context.Context) (string, error) {
	state, err := p.open("")
	if err != nil {
		return "", err
	}
	defer func() { p.giveBack(state) }()
	next, stop, err := terminalReader(ctx, p.In)
	if err != nil {
		return "", err
	}
	defer stop()
	l := line{echo: p.Out, stars: p.Stars}
	for {
		b, err := next()
		if err != nil {
			return "", err
		}
		switch l.add(b) {
		case entered:
			return string(l.text), l.fault
		case interrupted:
			interruptSelf()
			select {
			case <-ctx.Done():
				return "", context.Cause(ctx)
			case <-time.After(time.Second): // SIGINT is ignored
				return "", io.EOF
			}
		case closed:
			return "", io.EOF
		case suspended:
			p.giveBack(state)
			suspendSelf()
			if state, err = p.open(strings.Repeat("*", l.shown())); err != nil {
				return "", err
			}
		}
	}
}

// open takes the terminal and shows the question, and the stars of what was
// typed before.
func (p Prompt) open(stars string) (*term.State, error) {
	state, err := term.MakeRaw(int(p.In.Fd()))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotHidden, err)
	}
	if p.Marks {
		io.WriteString(p.Out, marksOn)
	}
	io.WriteString(p.Out, p.Question+stars)
	return state, nil
}

// giveBack discards what was not read yet, which the shell would run, and gives
// the terminal back as it was.
func (p Prompt) giveBack(state *term.State) {
	if state == nil {
		return
	}
	if p.Marks {
		io.WriteString(p.Out, marksOff)
	}
	fd := int(p.In.Fd())
	discardUntilQuiet(fd)
	term.Restore(fd, state)
	discard(fd)
	io.WriteString(p.Out, "\n")
}

// The rest of a long paste comes in pieces, and more of them for as long as the
// terminal takes to send them.
const (
	quiet    = 100 * time.Millisecond // without input is the end of a paste
	maxNoise = 5 * time.Second
)

// ByteReader returns a function that reads one byte of r and no more, or fails
// as soon as ctx ends, though r may be silent.
func ByteReader(ctx context.Context, r io.Reader) func() (byte, error) {
	type read struct {
		b   byte
		err error
	}
	wanted, reads := make(chan struct{}), make(chan read, 1)
	go func() {
		buf := make([]byte, 1)
		for range wanted {
			_, err := io.ReadFull(r, buf)
			reads <- read{buf[0], err}
		}
	}()
	return func() (byte, error) {
		wanted <- struct{}{}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case got := <-reads:
			return got.b, got.err
		}
	}
}
