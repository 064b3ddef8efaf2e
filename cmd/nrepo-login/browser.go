package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// withBrowser logs in with the authorization code flow, or with the handoff if
// there is no authorization server.
func (c *command) withBrowser(ctx context.Context) error {
	apiURL, err := c.env.Auth().Server()
	if err != nil {
		return err
	}
	auth, err := oauth.Discover(ctx, apiURL, c.oauthOptions())
	if err != nil && !errors.Is(err, oauth.ErrNoAuthServer) {
		return err
	}
	lns, host, err := c.listenLoopback(auth == nil)
	if err != nil {
		return err
	}
	var f flow
	if auth != nil {
		if f, err = c.codeFlow(ctx, auth, host); err != nil {
			for _, ln := range lns {
				ln.Close()
			}
			return err
		}
	} else {
		f = handoff(apiURL, host)
	}
	server := callback.New(f.expect, host)
	stop := server.Serve(lns)
	done, err := c.await(ctx, f, server.Arrived)
	server.Settle(pageOf(done, err))
	stop()
	if err != nil {
		return err
	}
	return c.finish(ctx, done)
}

// await shows the address of the login page and waits for the first valid answer,
// from the callback or pasted.
func (c *command) await(ctx context.Context, f flow, arrived <-chan callback.Answer) (stored, error) {
	limit, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	opener := c.opener(f.url)
	if err := c.showURL(f.url, f.device, opener); err != nil {
		return stored{}, err
	}
	var failed <-chan error
	if opener.Argv != nil {
		failed = c.desktop.Start(opener.Argv)
	}
	for {
		typed := c.startPaste(limit, f.expect)
		var a callback.Answer
		select {
		case err := <-failed:
			failed = nil
			typed.stop()
			c.say(fmt.Sprintf("%s did not open the address: %v; open it yourself", opener.Name, err))
			continue
		case a = <-arrived:
		case a = <-typed.answers:
		case <-limit.Done():
		}
		typed.stop()
		switch {
		case ctx.Err() != nil:
			return stored{}, context.Cause(ctx)
		case limit.Err() != nil && a.Empty():
			return stored{}, c.timedOut()
		}
		config, err := c.redeem(ctx, f, a)
		if a.Pasted && oauth.IsError(err, "invalid_grant") {
			c.say("the server does not accept that code")
			continue
		}
		if err != nil {
			return stored{}, err
		}
		return c.store(ctx, config)
	}
}

// pageOf returns the page for the end of a login.
func pageOf(s stored, err error) callback.Page {
	switch {
	case err == nil:
		return callback.LoggedIn(output.Shorten(s.user.EmailOrID()))
	case errors.Is(err, errDenied):
		return callback.Denied
	case errors.Is(err, errTimedOut), errors.Is(err, context.Canceled):
		return callback.Over
	}
	return callback.Failed
}

// deadHost is the host of the redirect if nothing can listen. The browser then
// shows an address that does not work, which the user can paste.
const deadHost = "127.0.0.1:65535"

// listenLoopback listens for the browser on this machine, and returns the host and
// port of the redirect. If it cannot listen, the answer must be pasted.
func (c *command) listenLoopback(both bool) ([]net.Listener, string, error) {
	lns, host, err := callback.Listen(c.listen, c.callbackPort, both)
	switch {
	case err == nil:
		return lns, host, nil
	case c.callbackPort != 0:
		hint := "choose another port, or leave --callback-port out"
		if used, ok := errors.AsType[*callback.InUseError](err); ok && used.Holder == "" {
			hint += fmt.Sprintf("; `lsof -i tcp:%d` may show which program uses it", used.Port)
		}
		return nil, "", &output.Error{Err: fmt.Errorf("cannot use --callback-port %d: %w", c.callbackPort, err), Hint: hint}
	case c.interactive():
		c.env.Warn(fmt.Sprintf("the browser cannot return to nrepo by itself: %v", err))
		return nil, deadHost, nil
	}
	return nil, "", &output.Error{
		Err:  fmt.Errorf("the browser could not return to nrepo: %w", err),
		Hint: "use `nrepo login --device` or `nrepo login --api-key`",
	}
}

func (c *command) timedOut() error {
	return &output.Error{
		Code: output.CodeCancelled,
		Err:  fmt.Errorf("%w within %v", errTimedOut, c.timeout),
		Hint: c.again("") + "; use --timeout for more time, or --api-key to log in without a browser",
	}
}

// opener returns how to open the browser. With --no-browser, it returns the zero
// value.
func (c *command) opener(url string) browser.Opener {
	if c.noBrowser {
		return browser.Opener{}
	}
	return c.desktop.Opener(url)
}
