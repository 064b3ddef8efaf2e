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
	refreshLimit = 15 * time.Second // for renewing a session, while other processes wait
	revokeLimit  = 5 * time.Second  // for ending a session, while the user waits
)

// Refresh renews the session of a login (RFC 6749, section 6), in at most fifteen
// seconds. If the server refuses for good, the error wraps
// [authcfg.ErrSessionEnded]. The hint of other refusals is the command to log in
// again with the profile. All other errors may be temporary.
func Refresh(ctx context.Context, login authcfg.Config, profile string, opts Options) (authcfg.Session, error) {
	opts.NoRetry = true
	var granted Granted
	err := within(ctx, refreshLimit, func(ctx context.Context) error {
		a, err := discover(ctx, login.APIURL, opts)
		if errors.Is(err, ErrNoAuthServer) {
			return &output.Error{Code: output.CodeNetwork, Err: fmt.Errorf("cannot renew the session now: %w", err), Hint: "try again later"}
		}
		if err != nil {
			return err
		}
		granted, err = a.Token(ctx, url.Values{
			"grant_type":    {"refresh_token"},
			"refresh_token": {login.RefreshToken.Reveal()},
		})
		return err
	})
	refusal, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return granted.Session, err
	case refusal.Code == "invalid_grant":
		return authcfg.Session{}, authcfg.ErrSessionEnded
	case refusal.Code == "server_error" || refusal.Code == "temporarily_unavailable":
		return authcfg.Session{}, &output.Error{Code: output.CodeNetwork, Err: fmt.Errorf("cannot renew the session now: %w", err), Hint: "try again later"}
	}
	return authcfg.Session{}, &output.Error{
		Code: output.CodeAuthRequired,
		Err:  fmt.Errorf("cannot renew the session: %w", err),
		Hint: "run `" + authcfg.Command(profile, "login") + "`",
	}
}

// EndSession revokes the tokens of a login at its server, in at most five seconds
// (RFC 7009). It tries both, the refresh token first; the error says which one
// remains valid. If the refresh token was revoked, it is not an error that the
// server cannot revoke access tokens, because they expire soon. If the login is
// not a session, nothing is sent.
func EndSession(ctx context.Context, login authcfg.Config, opts Options) error {
	if !login.IsSession() {
		return nil
	}
	opts.NoRetry = true
	return within(ctx, revokeLimit, func(ctx context.Context) error {
		a, err := discover(ctx, login.APIURL, opts)
		if err != nil {
			return err
		}
		if a.RevocationEndpoint == "" {
			return errors.New("the server does not support ending a session")
		}
		refresh := a.revoke(ctx, "refresh_token", login.RefreshToken)
		access := a.revoke(ctx, "access_token", login.APIKey)
		if login.RefreshToken != "" && refresh == nil && IsError(access, "unsupported_token_type") {
			access = nil
		}
		switch {
		case refresh != nil && access != nil:
			return refresh
		case refresh != nil:
			return stays("refresh token", refresh)
		case access != nil && login.RefreshToken != "":
			return stays("access token", access)
		}
		return access
	})
}

func (a *AuthServer) revoke(ctx context.Context, kind string, token authcfg.Secret) error {
	if token == "" {
		return nil
	}
	_, err := a.Post(ctx, a.RevocationEndpoint, url.Values{"token": {token.Reveal()}, "token_type_hint": {kind}})
	return err
}

func stays(token string, err error) error {
	e := *output.AsError(err)
	e.Err = fmt.Errorf("the %s remains valid: %w", token, err)
	return &e
}

// within runs work with a time limit. If the limit is exceeded, the error says so.
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
