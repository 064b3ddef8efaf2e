package login

// The OAuth endpoints follow RFC 6749, 7009, 7636, 8252, 8414, 8628 and 9207.
// zitadel/oidc checks the requests and defines the errors and replies. Its router is not
// used, because it logs redirects with their state to the process's slog, and allows every
// origin with CORS.
const (
	authorizePath = "/oauth/authorize"
	consentPath   = "/oauth/consent"
	tokenPath     = "/oauth/token"
	revokePath    = "/oauth/revoke"
	deviceAPIPath = "/oauth/device_authorization"
	devicePath    = "/device"

	// handoffPath is where the live service's own command line starts a browser
	// login. It has no code and no PKCE: the redirect contains an API key.
	handoffPath = "/auth/cli"
)
