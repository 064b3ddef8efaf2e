package sandbox

// Paths from docs/sandbox.md.
const (
	authorizePath = "/oauth/authorize"
	consentPath   = "/oauth/consent"
	tokenPath     = "/oauth/token"
	revokePath    = "/oauth/revoke"
	deviceAPIPath = "/oauth/device_authorization"
	handoffPath   = "/auth/cli"
	devicePath    = "/device"
	clientID      = "nrepo-cli"
)
