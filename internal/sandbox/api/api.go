// Package api answers the REST API of https://docs.neuralrepo.com/api. It has one file for
// each resource, and checks fields, credentials, scopes and the daily limit.
//
// It shares no types with pkg/neuralrepo, so that a mistake there does not also appear here.
// The service's documentation and its own client sometimes differ; docs/sandbox.md says which
// form this package uses.
package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Prefix is the path of the API's only version
// (https://docs.neuralrepo.com/api/overview).
const Prefix = "/api/v1"

// anyScope is for the endpoints of the user and the keys, which need no scope.
const anyScope = ""

// API answers requests from a store.
type API struct {
	Store     *store.Store
	Now       func() time.Time
	RateLimit int  // requests a user may make in a UTC day; 0 is the documented limit of the user's plan
	Docs      bool // uses the documented form if the service's own client reads another
	Logf      func(format string, args ...any)

	usage dayCounter
}

// A handler answers a request of an authenticated caller. Its error is of a type that
// [reply.AsProblem] knows, or it is an internal error.
type handler func(*http.Request, store.Caller) (result, error)

// result is a status and the value of the JSON body.
type result struct {
	status int
	body   any
}

func ok(body any) (result, error)      { return result{http.StatusOK, body}, nil }
func created(body any) (result, error) { return result{http.StatusCreated, body}, nil }

// noContent is a 204 without a body.
func noContent() (result, error) { return result{status: http.StatusNoContent}, nil }

// success is the reply to a deletion in the newer documentation.
func success() (result, error) { return ok(map[string]bool{"success": true}) }

// public adds a route that needs no credential and does not count for the limit.
func (a *API) public(mux *http.ServeMux, pattern string, h handler) {
	method, path, _ := strings.Cut(pattern, " ")
	mux.HandleFunc(method+" "+Prefix+path, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		out, err := h(r, store.Caller{})
		if err != nil {
			reply.Error(w, err, a.Logf)
			return
		}
		reply.JSON(w, out.status, out.body)
	})
}

// private adds a route for callers that have a credential with the scope and have not
// reached the daily limit.
func (a *API) private(mux *http.ServeMux, pattern, scope string, h handler) {
	a.public(mux, pattern, func(r *http.Request, _ store.Caller) (result, error) {
		who, err := a.authenticate(r)
		if err != nil {
			return result{}, err
		}
		if err := a.countRequest(who.User); err != nil {
			return result{}, err
		}
		if scope != anyScope && !slices.Contains(who.Scopes, scope) {
			return result{}, reply.Forbidden("Missing scope: " + scope)
		}
		return h(r, who)
	})
}
