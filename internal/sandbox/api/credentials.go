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
			if err := a.Store.TouchKey(key); err != nil { // on a full disk, reads must still work
				a.Logf("internal error: %v", err)
			}
		}
	case len(bearer) > 7 && strings.EqualFold(bearer[:7], "Bearer "):
		who, err = a.Store.CallerBySession(bearer[7:])
	default:
		err = store.ErrUnknown
	}
	if errors.Is(err, store.ErrUnknown) {
		err = Unauthorized()
	}
	return who, err
}

// Unauthorized is the error for a missing or wrong credential. Its header names only the
// scheme for tokens (RFC 9110, 11.6.1); that for keys has no registered name.
func Unauthorized() *reply.Problem {
	return &reply.Problem{
		Status: http.StatusUnauthorized,
		Text:   "Invalid API key",
		Header: http.Header{"Www-Authenticate": {`Bearer realm="nrepo-sandbox"`}},
	}
}
