package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

const (
	refreshLimit = 15 * time.Second // for renewing, while other processes wait
	revokeLimit  = 5 * time.Second  // for ending a session, while a person waits
)

// Refresh asks the server of a login for its next session (RFC 6749, section 6),
// in at most fifteen seconds. Where the server renews it no more the error is
// [authcfg.ErrSessionEnded]; any other may pass.
func Refresh(ctx context.Context, login authcfg.Config, opts Options) (s authcfg.Session, err error) {
	opts.NoRetry = true
	err = within(ctx, refreshLimit, func(ctx context.Context) error {
		a, err := Discover(ctx, login.APIURL, opts)
		if errors.Is(err, ErrNoAuthServer) {
			return &output.Error{Code: output.CodeNetwork, Err: fmt.Errorf("cannot renew the session now: %w", err), Hint: "try again later"}
		}
		if err != nil {
			return err
		}
		s, err = a.Token(ctx, url.Values{
			"grant_type":    {"refresh_token"},
			"refresh_token": {login.RefreshToken.Reveal()},
		})
		return err
	})
	if IsError(err, "invalid_grant") {
		return s, authcfg.ErrSessionEnded
	}
	return s, err
}

// EndSession revokes the tokens of a login at its server, the refresh token
// first, in at most five seconds (RFC 7009). What is no session needs no end:
// nothing is sent.
func EndSession(ctx context.Context, login authcfg.Config, opts Options) error {
	if !login.IsSession() {
		return nil
	}
	opts.NoRetry = true
	return within(ctx, revokeLimit, func(ctx context.Context) error {
		a, err := Discover(ctx, login.APIURL, opts)
		if err != nil {
			return err
		}
		if a.RevocationEndpoint == "" {
			return errors.New("the server has no way to end a session")
		}
		for _, token := range []struct {
			hint  string
			value authcfg.Secret
		}{
			{"refresh_token", login.RefreshToken},
			{"access_token", login.APIKey},
		} {
			if token.value == "" {
				continue
			}
			form := url.Values{"token": {token.value.Reveal()}, "token_type_hint": {token.hint}}
			if _, err := a.Post(ctx, a.RevocationEndpoint, form); err != nil {
				return err
			}
		}
		return nil
	})
}

// within runs work with a time limit and says so where that is up.
func within(ctx context.Context, limit time.Duration, work func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := work(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return &output.Error{
			Code: output.CodeNetwork,
			Err:  fmt.Errorf("no answer within %v", limit),
			Hint: "check the network, and try again",
		}
	}
	return err
}
