package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

const (
	deviceGrant    = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628, section 3.4
	deviceLimit    = 24 * time.Hour                                 // if the server does not limit the time, or allows more
	deviceInterval = 5 * time.Second                                // RFC 8628, section 3.2: the default
)

const hintOtherWays = "use `nrepo login` or `nrepo login --api-key`"

// withDevice logs in with a code that is approved on another device (RFC 8628).
func (c *command) withDevice(ctx context.Context) error {
	server, err := c.env.Auth().Server()
	if err != nil {
		return err
	}
	auth, err := oauth.Discover(ctx, server, c.oauthOptions())
	if err == nil && auth.DeviceAuthorizationEndpoint == "" || errors.Is(err, oauth.ErrNoAuthServer) {
		return &output.Error{
			Err:  fmt.Errorf("%s does not support login with a device code", originOf(server)),
			Hint: hintOtherWays,
		}
	}
	if err != nil {
		return err
	}
	code, err := c.requestCode(ctx, auth)
	if err != nil {
		return err
	}
	limit := code.lifetime(c.timeout, c.timeoutGiven)
	if err := c.showCode(code.event(limit)); err != nil {
		return err
	}
	session, err := code.poll(ctx, limit, func(ctx context.Context) (authcfg.Session, error) {
		granted, err := auth.Token(ctx, url.Values{"grant_type": {deviceGrant}, "device_code": {code.secret}})
		c.tellMissing(granted)
		return granted.Session, err
	})
	if err != nil {
		return c.pollError(err)
	}
	done, err := c.store(ctx, sessionLogin(auth.Issuer, session))
	if err != nil {
		return err
	}
	return c.finish(ctx, done)
}

// deviceCode is the device authorization response (RFC 8628, section 3.2).
type deviceCode struct {
	secret      string
	UserCode    string
	URI         string
	URIComplete string
	expiresIn   time.Duration // 0: the server did not say
	interval    time.Duration
}

// event returns what the user has to know about the code.
func (c deviceCode) event(limit time.Duration) deviceEvent {
	return deviceEvent{"device", c.URI, c.URIComplete, c.UserCode, int(limit.Seconds())}
}

func (c *command) requestCode(ctx context.Context, auth *oauth.AuthServer) (deviceCode, error) {
	doc, err := auth.Post(ctx, auth.DeviceAuthorizationEndpoint, url.Values{"scope": {strings.Join(scopes(), " ")}})
	if refusal, ok := errors.AsType[*oauth.Error](err); ok {
		return deviceCode{}, c.loginError(refusal)
	}
	if err != nil {
		return deviceCode{}, err
	}
	return parseDeviceCode(auth.Issuer, doc)
}

// parseDeviceCode reads and checks the response of the server. Addresses on
// another origin are refused.
func parseDeviceCode(server string, doc []byte) (deviceCode, error) {
	var reply struct {
		DeviceCode  string      `json:"device_code"`
		UserCode    string      `json:"user_code"`
		URI         string      `json:"verification_uri"`
		URIComplete string      `json:"verification_uri_complete"`
		ExpiresIn   json.Number `json:"expires_in"`
		Interval    json.Number `json:"interval"`
	}
	if json.Unmarshal(doc, &reply) != nil || reply.DeviceCode == "" || reply.UserCode == "" {
		return deviceCode{}, &output.Error{Err: errors.New("the server sent a device code that this version does not understand"), Hint: hintOtherWays}
	}
	for _, uri := range []string{reply.URI, reply.URIComplete} {
		if uri != "" && !oauth.SameOrigin(server, uri) || reply.URI == "" {
			return deviceCode{}, &output.Error{
				Err:  fmt.Errorf("the address for approving the login is not on %s, so it is not shown", originOf(server)),
				Hint: hintOtherWays,
			}
		}
		if len(uri) > 2048 {
			return deviceCode{}, &output.Error{
				Err:  fmt.Errorf("the address to approve the login at is too long to be shown: %d characters", len(uri)),
				Hint: hintOtherWays,
			}
		}
	}
	return deviceCode{
		secret:      reply.DeviceCode,
		UserCode:    reply.UserCode,
		URI:         reply.URI,
		URIComplete: reply.URIComplete,
		expiresIn:   seconds(reply.ExpiresIn),
		interval:    seconds(reply.Interval),
	}, nil
}

// seconds returns 0 unless the number is positive.
func seconds(n json.Number) time.Duration {
	s, err := n.Float64()
	if err != nil || s <= 0 {
		return 0
	}
	return time.Duration(min(s, 1e9) * float64(time.Second))
}

// lifetime returns how long to wait for approval: as long as the code is valid, or
// less if --timeout says so.
func (c deviceCode) lifetime(timeout time.Duration, given bool) time.Duration {
	limit := min(cmp.Or(c.expiresIn, timeout), deviceLimit)
	if given {
		limit = min(limit, timeout)
	}
	return limit
}

// poll polls until the code is approved or refused, or limit is over. It never
// polls faster than the server allows or than once per second. Each slow_down adds
// five seconds to the interval, and each temporary failure doubles it (RFC 8628,
// section 3.5).
func (c deviceCode) poll(ctx context.Context, limit time.Duration, ask func(context.Context) (authcfg.Session, error)) (authcfg.Session, error) {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	interval, backoff := max(time.Second, cmp.Or(c.interval, deviceInterval)), time.Duration(1)
	var last error // the failure of the last attempt, if it was temporary
	for {
		select {
		case <-time.After(interval * backoff):
		case <-waiting.Done():
			if ctx.Err() != nil {
				return authcfg.Session{}, context.Cause(ctx)
			}
			if last != nil {
				return authcfg.Session{}, last
			}
			return authcfg.Session{}, fmt.Errorf("%w within %v", errTimedOut, limit)
		}
		s, err := ask(ctx)
		if err == nil {
			return s, nil
		}
		refusal, isRefusal := errors.AsType[*oauth.Error](err)
		switch {
		case ctx.Err() != nil:
			return s, context.Cause(ctx)
		case isRefusal && refusal.Code == "authorization_pending":
			backoff, last = 1, nil
		case isRefusal && refusal.Code == "slow_down":
			interval += 5 * time.Second
			backoff, last = 1, nil
		case isRefusal, !mayPass(err):
			return s, err
		default:
			backoff, last = min(2*backoff, 4), err
		}
	}
}

// pollError returns the error of poll in the form that the command reports.
func (c *command) pollError(err error) error {
	if errors.Is(err, errTimedOut) {
		return &output.Error{Code: output.CodeCancelled, Err: err, Hint: c.again("--device")}
	}
	return c.exchangeError(err)
}

// mayPass reports whether a failure may be temporary: of the network, or of an
// overloaded server.
func mayPass(err error) bool {
	e := output.AsError(err)
	return e.Code == output.CodeNetwork || e.Status == 429 || e.Status >= 500
}
