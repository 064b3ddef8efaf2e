package neuralrepo

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
	expiryMargin = 5 * time.Second  // a session about to end is renewed
)

// Fresh returns the credential to use now: where it is a stored session that
// has expired, it is renewed first ([authcfg.Store.Renew]). A session that the
// server renews no more is an error that wraps [authcfg.ErrNotLoggedIn]; any
// other failure leaves the login as it was.
func (c *Client) Fresh(ctx context.Context) (authcfg.Credential, error) {
	cred := c.Credential()
	if cred.ExpiresAt.IsZero() || time.Until(cred.ExpiresAt) > expiryMargin {
		return cred, nil
	}
	return c.renew(ctx, cred)
}

// renew replaces the session used. What cannot be renewed is returned as it is.
func (c *Client) renew(ctx context.Context, used authcfg.Credential) (authcfg.Credential, error) {
	if c.store == nil || !used.Renewable {
		return used, nil
	}
	s, err := c.store.Renew(ctx, used, c.refresh)
	if err != nil {
		return used, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cred.Secret, c.cred.ExpiresAt = s.AccessToken, s.ExpiresAt
	return c.cred, nil
}

// refresh is one refresh token grant (RFC 6749, section 6).
func (c *Client) refresh(ctx context.Context, login authcfg.Config) (s authcfg.Session, err error) {
	err = within(ctx, refreshLimit, func(ctx context.Context) error {
		a, err := discoverOnce(ctx, login.APIURL, c.opts)
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
	if IsOAuthError(err, "invalid_grant") {
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
	return within(ctx, revokeLimit, func(ctx context.Context) error {
		a, err := discoverOnce(ctx, login.APIURL, opts)
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
