package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// problem is a refusal that the client is told about: its status and the text
// of the documented body {"error": "text"}
// (https://docs.neuralrepo.com/api/errors).
type problem struct {
	status     int
	text       string
	retryAfter int    // seconds; 0 sends no Retry-After header
	allow      string // value of the Allow header, for 405
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s", p.status, p.text) }

func badRequest(format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, text: fmt.Sprintf(format, args...)}
}

func notFound(what string) error {
	return &problem{status: http.StatusNotFound, text: what + " not found"}
}

func unauthorized() error {
	return &problem{status: http.StatusUnauthorized, text: "Invalid API key"}
}

func missingScope(scope string) error {
	return &problem{status: http.StatusForbidden, text: "Missing scope: " + scope}
}

func rateLimited(seconds int) error {
	return &problem{status: http.StatusTooManyRequests, text: "Rate limit exceeded", retryAfter: seconds}
}

func methodNotAllowed(allow string) error {
	return &problem{status: http.StatusMethodNotAllowed, text: "Method not allowed", allow: allow}
}

func tooLarge() error {
	return &problem{status: http.StatusRequestEntityTooLarge, text: fmt.Sprintf("Request body must be at most %d bytes", maxRequestBody)}
}

func unsupportedMediaType() error {
	return &problem{status: http.StatusUnsupportedMediaType, text: "Content-Type must be application/json"}
}

func misdirected() error {
	return &problem{status: http.StatusMisdirectedRequest, text: "Host must be this sandbox's own address"}
}

func crossOrigin() error {
	return &problem{status: http.StatusForbidden, text: "Requests of other sites are not taken"}
}

// writeError answers with err. What is not a [problem] is our own fault: the
// client gets the documented 500, the log the cause.
func (s *Server) writeError(w http.ResponseWriter, err error) {
	var p *problem
	if !errors.As(err, &p) {
		s.logf("internal error: %v", err)
		p = &problem{status: http.StatusInternalServerError, text: "Internal server error"}
	}
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(p.retryAfter))
	}
	if p.allow != "" {
		w.Header().Set("Allow", p.allow)
	}
	writeJSON(w, p.status, map[string]string{"error": p.text})
}
