package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/prompt"
)

const (
	pastePrompt = "If the last page does not load, paste its address or its code: "
	pasteStars  = 16 // an address is long, and a line that wraps cannot be erased
)

// paste is a prompt that is open while a login waits for its callback.
type paste struct {
	answers chan callback.Answer
	cancel  context.CancelFunc
	done    chan struct{}
}

// startPaste opens the prompt, if there is a terminal. After text that is not an
// answer to this login, it asks again. Ctrl-D closes the prompt; the callback may
// still arrive.
func (c *command) startPaste(ctx context.Context, e callback.Expected) *paste {
	ctx, cancel := context.WithCancel(ctx)
	p := &paste{answers: make(chan callback.Answer, 1), cancel: cancel, done: make(chan struct{})}
	if !c.interactive() {
		close(p.done)
		return p
	}
	go func() {
		defer close(p.done)
		for {
			text, err := c.prompt(pastePrompt, pasteStars).Read(ctx)
			if err != nil && !errors.Is(err, prompt.ErrTooLong) && !errors.Is(err, prompt.ErrSeveralLines) {
				return
			}
			var a callback.Answer
			if err == nil {
				a, err = e.ParsePaste(text)
			}
			if err == nil {
				p.answers <- a
				return
			}
			c.say(fmt.Sprintf("not accepted: %v", err))
		}
	}()
	return p
}

// stop closes the prompt and restores the terminal.
func (p *paste) stop() {
	p.cancel()
	<-p.done
}
