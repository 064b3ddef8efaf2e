package login

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

var supportedGrants = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeDeviceCode}

// oauthClient is the only registered client, public and native, in the form that the library
// checks. The embedded nil interface is for OpenID Connect; no check for plain OAuth uses it.
type oauthClient struct{ op.Client }

func (oauthClient) GetID() string                       { return store.ClientID }
func (oauthClient) ApplicationType() op.ApplicationType { return op.ApplicationTypeNative }
func (oauthClient) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodNone }
func (oauthClient) GrantTypes() []oidc.GrantType        { return supportedGrants }
func (oauthClient) DevMode() bool                       { return false }
func (oauthClient) RedirectURIs() []string {
	return []string{"http://127.0.0.1/callback", "http://[::1]/callback"}
}
func (oauthClient) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (oauthClient) IsScopeAllowed(scope string) bool {
	return scope == store.ReadScope || scope == store.WriteScope
}

// checkRedirect allows only the registered redirect URIs, with any port (RFC 8252, 7.3). The
// library's own check also allows https, localhost, other loopback addresses and user
// information.
func checkRedirect(uri string) *oidc.Error {
	u, err := url.Parse(uri)
	if err == nil && u.String() == uri && isPort(u.Port()) { // the text leaves out an empty fragment
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
		if slices.Contains(oauthClient{}.RedirectURIs(), u.String()) {
			return nil
		}
	}
	return oidc.ErrInvalidRequestRedirectURI().WithDescription("The redirect_uri must be http://127.0.0.1:PORT/callback or http://[::1]:PORT/callback.")
}

// isPort reports whether text is empty or a port number.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// checkScopes returns an error for unknown scopes, or if there is none (RFC 6749, 3.3). The
// library's own check ignores unknown scopes.
func checkScopes(scopes []string) *oidc.Error {
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return !oauthClient{}.IsScopeAllowed(scope) }) {
		return oidc.ErrInvalidScope().WithDescription("Ask for %s or %s.", store.ReadScope, store.WriteScope)
	}
	return nil
}
