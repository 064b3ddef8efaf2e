package login

import (
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// metadata is the document of RFC 8414. The issuer is always the canonical URL of the API,
// for any Host of the request.
func (l *Logins) metadata(w http.ResponseWriter, _ *http.Request) {
	reply.JSON(w, http.StatusOK, map[string]any{
		"issuer":                                         l.Issuer,
		"authorization_endpoint":                         l.URL + authorizePath,
		"token_endpoint":                                 l.URL + tokenPath,
		"revocation_endpoint":                            l.URL + revokePath,
		"device_authorization_endpoint":                  l.URL + deviceAPIPath,
		"scopes_supported":                               []string{store.ReadScope, store.WriteScope},
		"response_types_supported":                       []oidc.ResponseType{oidc.ResponseTypeCode},
		"response_modes_supported":                       []oidc.ResponseMode{oidc.ResponseModeQuery},
		"grant_types_supported":                          supportedGrants,
		"code_challenge_methods_supported":               []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
		"token_endpoint_auth_methods_supported":          []oidc.AuthMethod{oidc.AuthMethodNone},
		"revocation_endpoint_auth_methods_supported":     []oidc.AuthMethod{oidc.AuthMethodNone},
		"authorization_response_iss_parameter_supported": true,
	})
}

// mcpMetadata is the metadata of another issuer, which the live service has at the root.
// Clients of the API must not use it; there is nothing below /mcp.
func (l *Logins) mcpMetadata(w http.ResponseWriter, _ *http.Request) {
	reply.JSON(w, http.StatusOK, map[string]any{
		"issuer":                           l.URL,
		"authorization_endpoint":           l.URL + "/mcp/authorize",
		"token_endpoint":                   l.URL + "/mcp/token",
		"registration_endpoint":            l.URL + "/mcp/register",
		"response_types_supported":         []oidc.ResponseType{oidc.ResponseTypeCode},
		"grant_types_supported":            []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken},
		"code_challenge_methods_supported": []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
	})
}
