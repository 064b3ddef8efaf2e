package login

// The OAuth endpoints follow RFC 6749, 7009, 7636, 8252, 8414, 8628 and 9207.
// zitadel/oidc checks the requests, names the errors and forms the replies. Its
// router is not used: that logs to the process's slog, redirects with their state
// included, and answers every origin by CORS.
const (
	authorizePath = "/oauth/authorize"
	consentPath   = "/oauth/consent"
	tokenPath     = "/oauth/token"
	revokePath    = "/oauth/revoke"
	deviceAPIPath = "/oauth/device_authorization"
	devicePath    = "/device"

	// handoffPath is where the live service's own command line begins a browser
	// login: no code, no PKCE, an API key in the redirect.
	handoffPath = "/auth/cli"
)
