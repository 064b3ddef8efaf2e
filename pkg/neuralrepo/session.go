package neuralrepo

import (
	"context"
	"errors"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

const expiryMargin = 5 * time.Second // how long before its end a session is renewed

// Fresh returns the credential to use now. A stored session that has expired is
// renewed first: see [authcfg.Store.Renew]. If the server refuses to renew it, the
// error wraps [authcfg.ErrNotLoggedIn]; any other error leaves the login
// unchanged. If a new session could not be stored, Fresh returns the old one,
// because the server may still accept it.
func (c *Client) Fresh(ctx context.Context) (authcfg.Credential, error) {
	cred := c.Credential()
	if cred.ExpiresAt.IsZero() || time.Until(cred.ExpiresAt) > expiryMargin {
		return cred, nil
	}
	fresh, err := c.renew(ctx, cred)
	if errors.Is(err, authcfg.ErrNotStorable) {
		return cred, nil
	}
	return fresh, err
}

// renew replaces the current session. A session that cannot be renewed is returned unchanged.
func (c *Client) renew(ctx context.Context, used authcfg.Credential) (authcfg.Credential, error) {
	if c.store == nil || !used.Renewable {
		return used, nil
	}
	s, err := c.store.Renew(ctx, used, &sessionServer{used.Profile, c.opts.http()})
	if err != nil {
		return used, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cred.Secret, c.cred.ExpiresAt = s.AccessToken, s.ExpiresAt
	return c.cred, nil
}

// sessionServer is the [authcfg.SessionServer] for all logins.
type sessionServer struct {
	profile string // for messages
	opts    apihttp.Options
}

func (s *sessionServer) Refresh(ctx context.Context, login authcfg.Config) (authcfg.Session, error) {
	return oauth.Refresh(ctx, login, s.profile, s.opts)
}

func (s *sessionServer) End(ctx context.Context, login authcfg.Config) error {
	return oauth.EndSession(ctx, login, s.opts)
}
