package neuralrepo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	attempts      = 4 // the first and three more
	maxRetryAfter = 10 * time.Second
)

// idempotent reports whether a request may be made twice (RFC 9110, section
// 9.2.2).
func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// retry repeats attempt while the failure may pass: after 1, 2 and 4 seconds,
// give or take half, or after what the service asks for, if that is at most
// ten seconds.
func (c *Client) retry(ctx context.Context, attempt func() (*Response, error)) (*Response, error) {
	if c.opts.NoRetry {
		return attempt()
	}
	wait := &backoff.ExponentialBackOff{
		InitialInterval:     time.Second,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         maxRetryAfter,
	}
	var resp *Response
	var last error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		resp, last = attempt()
		return struct{}{}, retriable(last)
	},
		backoff.WithBackOff(wait),
		backoff.WithMaxTries(attempts),
		backoff.WithNotify(func(_ error, d time.Duration) {
			c.opts.Notify(fmt.Sprintf("%v; trying again in %v", last, d.Round(100*time.Millisecond)))
		}),
	)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return resp, last
}

// retriable says to the backoff package what to do about err.
func retriable(err error) error {
	var noReply *noReplyError
	if errors.As(err, &noReply) && noReply.passing() {
		return err
	}
	var status *Error
	if errors.As(err, &status) && (status.Status == 429 || status.Status == 503) {
		switch {
		case status.RetryAfter == 0:
			return err
		case status.RetryAfter <= maxRetryAfter:
			return backoff.RetryAfter(int(status.RetryAfter / time.Second))
		}
	}
	if err != nil {
		return backoff.Permanent(err)
	}
	return nil
}

// retryAfter reads the header of that name: seconds or a date (RFC 9110,
// section 10.2.3). 0 means that there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return at.Sub(now).Round(time.Second)
	}
	return 0
}
