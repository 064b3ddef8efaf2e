// Package login lets programs log in: with OAuth, in a browser or on a device without one, or
// with the handoff of an API key, as on the live service.
package login

import (
	"errors"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Logins are the endpoints of a login.
type Logins struct {
	Store      *store.Store
	Pages      *pages.Pages
	URL        string // origin of the sandbox
	Issuer     string // URL of the API
	SessionTTL time.Duration
	Now        func() time.Time
	Logf       func(format string, args ...any)

	guesses guesses
}

// writeError answers with an error in the form of RFC 6749, 5.2. The cause of an internal
// error is only logged.
func (l *Logins) writeError(w http.ResponseWriter, err error) {
	var refusal *oidc.Error
	if !errors.As(err, &refusal) {
		l.Logf("internal error: %v", err)
		refusal = oidc.ErrServerError()
	}
	status := http.StatusBadRequest
	switch refusal.ErrorType {
	case oidc.InvalidClient:
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Basic realm="nrepo-sandbox"`)
	case oidc.ServerError:
		status = http.StatusInternalServerError
	}
	reply.JSON(w, status, refusal)
}
