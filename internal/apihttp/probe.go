package apihttp

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Probe reports why there is no API at the client's address: nil where a
// request without a credential gets the API's own refusal, even one to wait.
func (c *Client) Probe(ctx context.Context) error {
	u, err := url.Parse(c.apiURL + "/user/me")
	if err != nil {
		return usageError("the address of the API cannot be read")
	}
	resp, err := c.Once(ctx, Request{Method: http.MethodGet, URL: u})
	f := AsFailure(err)
	switch {
	case f == nil: // it answered, or the time is over
		return err
	case f.Status == http.StatusNotFound:
		hint := c.pathHint()
		if hint == "" {
			hint = "check where NEURALREPO_API_URL leads"
		}
		return &output.Error{Code: f.Code, Status: f.Status, Err: errors.New("there is no API at this address of " + c.Host()), Hint: hint}
	case f.Status >= 400 && f.Status < 500 && isOwn(resp):
		return nil
	}
	return err
}
