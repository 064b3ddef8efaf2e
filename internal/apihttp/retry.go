package apihttp

import (
	"cmp"
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
	waits := &backoff.ExponentialBackOff{
		InitialInterval:     time.Second,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         maxRetryAfter,
	}
	waits.Reset()
	lost := false
	for n := 1; ; n++ {
		resp, err := attempt()
		f := AsFailure(err)
		if f == nil {
			return resp, err
		}
		f.Repeated = lost
		lost = lost || f.err != nil && f.sent
		if !f.passing || f.RetryAfter > maxRetryAfter || n == attempts {
			return resp, err
		}
		wait := cmp.Or(f.RetryAfter, waits.NextBackOff())
		notify(fmt.Sprintf("%v; trying again in %v", err, wait.Round(100*time.Millisecond)))
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(wait):
		}
	}
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
