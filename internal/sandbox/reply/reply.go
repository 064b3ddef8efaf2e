// Package reply writes the sandbox's JSON replies, and defines the errors that are sent to
// clients.
package reply

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Problem is an error for the client: a status and the text of the documented body
// {"error": "text"} (https://docs.neuralrepo.com/api/errors).
type Problem struct {
	Status int
	Text   string
	Code   string      // additional field "code" of the body; "" for none
	Header http.Header // additional headers of the reply; nil for none
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Text) }

// BadRequest means that the request has a mistake, which the text names.
func BadRequest(format string, args ...any) error {
	return &Problem{Status: http.StatusBadRequest, Text: fmt.Sprintf(format, args...)}
}

// Forbidden means that the caller may not do this.
func Forbidden(text string) error { return &Problem{Status: http.StatusForbidden, Text: text} }

// NoRoute means that there is nothing at the path.
func NoRoute() error { return &Problem{Status: http.StatusNotFound, Text: "no such route"} }

// AsProblem returns err as a Problem. An error of an unknown type is internal: the client
// gets the documented 500, and logf gets the cause.
func AsProblem(err error, logf func(format string, args ...any)) *Problem {
	var p *Problem
	var missing store.NotFoundError
	var conflict store.ConflictError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &missing):
		return &Problem{Status: http.StatusNotFound, Text: missing.Error()}
	case errors.Is(err, store.ErrCycle):
		return &Problem{Status: http.StatusConflict, Text: err.Error(), Code: "cycle_detected"}
	case errors.As(err, &conflict):
		return &Problem{Status: http.StatusConflict, Text: conflict.Error()}
	}
	logf("internal error: %v", err)
	return &Problem{Status: http.StatusInternalServerError, Text: "Internal server error"}
}

// Error answers with the result of [AsProblem] for err.
func Error(w http.ResponseWriter, err error, logf func(format string, args ...any)) {
	p := AsProblem(err, logf)
	for name, values := range p.Header {
		w.Header()[name] = values
	}
	body := map[string]string{"error": p.Text}
	if p.Code != "" {
		body["code"] = p.Code
	}
	JSON(w, p.Status, body)
}

// JSON answers with body, or without a body if the status is 204.
func JSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(body) // an error here means that the client has disconnected
}
