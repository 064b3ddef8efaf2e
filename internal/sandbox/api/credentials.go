package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// authenticate finds the caller by the API key in X-API-Key or, without that
// header, by the session token in Authorization: Bearer. The two are not
// exchangeable.
func (a *API) authenticate(r *http.Request) (who store.Caller, err error) {
	key, bearer := r.Header.Get("X-API-Key"), r.Header.Get("Authorization")
	switch {
	case key != "":
		if who, err = a.Store.CallerByKey(key); err == nil {
			if err := a.Store.TouchKey(key); err != nil { // a full disk must not keep anybody from reading
				a.Logf("internal error: %v", err)
			}
		}
	case len(bearer) > 7 && strings.EqualFold(bearer[:7], "Bearer "):
		who, err = a.Store.CallerBySession(bearer[7:])
	default:
		err = store.ErrUnknown
	}
	if errors.Is(err, store.ErrUnknown) {
		err = unauthorized(bearer != "")
	}
	return who, err
}

// unauthorized names the ways in (RFC 9110, 11.6.1). That of a key has no
// registered name.
func unauthorized(hadToken bool) error {
	challenge := `Bearer realm="nrepo-sandbox"`
	if hadToken {
		challenge += `, error="invalid_token"` // RFC 6750, 3.1
	}
	return &reply.Problem{
		Status: http.StatusUnauthorized,
		Text:   "Invalid API key",
		Header: http.Header{"Www-Authenticate": {challenge}},
	}
}
