package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// promptHidden asks for a line on the terminal and shows a * for every
// character, of which the line has at most stars; 0 is no limit. Ctrl-D, and a
// terminal that is gone, are io.EOF. It reads in raw mode itself, because
// term.ReadPassword leaves the terminal mute when a signal ends the wait.
func promptHidden(ctx context.Context, env *plugin.Env, prompt string, stars int) (string, error) {
	fd := int(env.Stdin.(*os.File).Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", &output.Error{Err: fmt.Errorf("this terminal cannot hide what is typed: %w", err), Hint: "pipe the key in: nrepo login --api-key <FILE"}
	}
	defer func() {
		term.Restore(fd, state)
		fmt.Fprintln(env.Stderr)
	}()
	line := hiddenLine{echo: env.Stderr, stars: stars}
	io.WriteString(env.Stderr, prompt)
	next := byteReader(ctx, env.Stdin)
	for {
		b, err := next()
		if err != nil {
			return "", err
		}
		switch line.add(b) {
		case entered:
			return string(line.text), nil
		case tooLong:
			return "", errTooLong
		case interrupted:
			interruptSelf()
			select {
			case <-ctx.Done(): // what SIGINT does everywhere else
				return "", context.Cause(ctx)
			case <-time.After(time.Second): // it is ignored
				return "", io.EOF
			}
		case closed:
			return "", io.EOF
		case suspended:
			term.Restore(fd, state)
			fmt.Fprintln(env.Stderr)
			suspendSelf()
			if _, err := term.MakeRaw(fd); err != nil {
				return "", err
			}
			io.WriteString(env.Stderr, prompt+strings.Repeat("*", line.shown()))
		}
	}
}

// action is what a typed byte means for the prompt.
type action int

const (
	typed action = iota
	entered
	interrupted
	closed
	suspended
	tooLong
)

// hiddenLine is a line being typed on a terminal in raw mode.
type hiddenLine struct {
	text   []byte
	echo   io.Writer
	stars  int  // how many to show at most; 0 is no limit
	escape byte // 0, or the last byte of an escape sequence that goes on
}

// add takes the next byte. Escape sequences, among them the marks that a
// terminal puts around pasted text, are no part of the line.
func (l *hiddenLine) add(b byte) action {
	switch {
	case l.escape == '\x1b':
		l.escape = 0
		if b == '[' || b == 'O' {
			l.escape = b
		}
	case l.escape != 0:
		if b >= '@' && b <= '~' {
			l.escape = 0
		}
	case b == '\x1b':
		l.escape = b
	case b == '\r', b == '\n':
		return entered
	case b == 0x03: // Ctrl-C
		return interrupted
	case b == 0x04: // Ctrl-D
		if len(l.text) == 0 {
			return closed
		}
	case b == 0x1a: // Ctrl-Z
		return suspended
	case b == 0x7f, b == '\b':
		l.erase(1)
	case b == 0x15, b == 0x17: // Ctrl-U, Ctrl-W
		l.erase(len(l.text))
	case b < ' ':
	case len(l.text) == maxKeyLine:
		return tooLong
	default:
		before := l.shown()
		l.text = append(l.text, b)
		io.WriteString(l.echo, strings.Repeat("*", l.shown()-before))
	}
	return typed
}

func (l *hiddenLine) erase(n int) {
	before := l.shown()
	l.text = l.text[:max(0, len(l.text)-n)]
	io.WriteString(l.echo, strings.Repeat("\b \b", before-l.shown()))
}

// shown is how many stars stand on the terminal.
func (l *hiddenLine) shown() int {
	if l.stars == 0 {
		return len(l.text)
	}
	return min(len(l.text), l.stars)
}
