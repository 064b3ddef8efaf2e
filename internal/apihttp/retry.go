package apihttp

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

// retry repeats attempt after temporary failures. It waits 1, 2 and 4 seconds,
// plus or minus half, or as long as the service asks, if that is at most ten
// seconds. It calls notify before each wait.
func retry(ctx context.Context, notify func(string), attempt func() (*Response, error)) (*Response, error) {
	wait := &backoff.ExponentialBackOff{
		InitialInterval:     time.Second,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         maxRetryAfter,
	}
	var resp *Response
	var last error
	lost := false
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		resp, last = attempt()
		if f := AsFailure(last); f != nil {
			f.Repeated = lost
			lost = lost || f.err != nil && f.sent
		}
		return struct{}{}, retriable(last)
	},
		backoff.WithBackOff(wait),
		backoff.WithMaxTries(attempts),
		backoff.WithNotify(func(_ error, d time.Duration) {
			notify(fmt.Sprintf("%v; trying again in %v", last, d.Round(100*time.Millisecond)))
		}),
	)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return resp, last
}

// retriable converts err for the backoff package.
func retriable(err error) error {
	f := AsFailure(err)
	switch {
	case err == nil:
		return nil
	case f == nil || !f.passing || f.RetryAfter > maxRetryAfter:
		return backoff.Permanent(err)
	case f.RetryAfter > 0:
		return backoff.RetryAfter(int(f.RetryAfter / time.Second))
	}
	return err
}

// retryAfter reads the header of that name: seconds or a date (RFC 9110, section
// 10.2.3), at most a year. It returns 0 if there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const most = 365 * 24 * time.Hour
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return min(time.Duration(seconds)*time.Second, most)
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return min(at.Sub(now).Round(time.Second), most)
	}
	return 0
}
