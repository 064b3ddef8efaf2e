// Package prompt asks for a secret line on a terminal. Text that was typed or
// pasted at the prompt never reaches the next program on the terminal.
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

// MaxLine is the maximum number of bytes in a line. An API key has 68, and a
// pasted address some hundred.
const MaxLine = 4 << 10

var (
	// ErrTooLong means that a line had more than MaxLine bytes.
	ErrTooLong = errors.New("that is too long")
	// ErrSeveralLines means that several lines were pasted at once.
	ErrSeveralLines = errors.New("several lines were pasted, but only one is expected")
	// ErrNotHidden means that the terminal would show what is typed.
	ErrNotHidden = errors.New("this terminal cannot hide what is typed")
)

// These sequences turn on and off the marks that a terminal puts around pasted
// text (bracketed paste).
const (
	marksOn  = "\x1b[?2004h"
	marksOff = "\x1b[?2004l"
)

// Prompt is a question on a terminal. Every field but Stars is required.
type Prompt struct {
	In       *os.File  // the terminal
	Out      io.Writer // where the question and the stars go
	Question string
	// Stars is the maximum number of stars to show, one per character; 0 is no
	// limit. Stars that wrap to the next line cannot be erased.
	Stars int
	// Marks reports whether Out is a terminal that supports bracketed paste.
	Marks bool
}

// Read asks for a line and returns it. For Ctrl-D in an empty line, and if the
// terminal is closed, it returns io.EOF. Ctrl-C sends SIGINT to the foreground
// processes, as usual. Text that is too long, or pasted text with several lines,
// is read completely and refused.
//
// It reads in raw mode itself, because term.ReadPassword leaves the echo off if a
// signal ends the process.
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

// open puts the terminal into raw mode and shows the question, and the stars for
// text that was typed before.
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

// giveBack discards unread input, which the shell would run, and restores the
// terminal.
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

// The rest of a long paste arrives in pieces, over some time.
const (
	quiet    = 100 * time.Millisecond // after so long without input, a paste has ended
	maxNoise = 5 * time.Second
)

// ByteReader returns a function that reads one byte of r and no more. It fails as
// soon as ctx ends, even if r never has input.
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
