package sandbox

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The OAuth endpoints follow RFC 6749, 7009, 7636, 8252, 8414, 8628 and 9207.
// zitadel/oidc checks the requests, names the errors and forms the replies. Its
// router is not used: that logs to the process's slog, redirects with their state
// included, and answers every origin by CORS.
const (
	clientID  = "nrepo-cli"
	allScopes = readScope + " " + writeScope

	authorizePath = "/oauth/authorize"
	consentPath   = "/oauth/consent"
	tokenPath     = "/oauth/token"
	revokePath    = "/oauth/revoke"
	deviceAPIPath = "/oauth/device_authorization"
	devicePath    = "/device"
)

var supportedGrants = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeDeviceCode}

func (s *Server) oauthRoutes() {
	s.mux.HandleFunc("GET /.well-known/oauth-authorization-server"+apiPrefix, s.metadata)
	s.mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.mcpMetadata)
	s.page("GET "+authorizePath, s.authorize)
	s.page("POST "+consentPath, s.consent)
	s.oauth(tokenPath, s.token)
	s.oauth(revokePath, s.revoke)
	s.oauth(deviceAPIPath, s.authorizeDevice)
	s.page("GET "+devicePath, s.devicePage)
	s.page("POST "+devicePath, s.decideDevice)
}

// metadata is the document of RFC 8414. The issuer is the URL of the API by its
// canonical name, whatever name the request came by.
func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                         s.APIURL(),
		"authorization_endpoint":                         s.URL() + authorizePath,
		"token_endpoint":                                 s.URL() + tokenPath,
		"revocation_endpoint":                            s.URL() + revokePath,
		"device_authorization_endpoint":                  s.URL() + deviceAPIPath,
		"scopes_supported":                               []string{readScope, writeScope},
		"response_types_supported":                       []oidc.ResponseType{oidc.ResponseTypeCode},
		"response_modes_supported":                       []oidc.ResponseMode{oidc.ResponseModeQuery},
		"grant_types_supported":                          supportedGrants,
		"code_challenge_methods_supported":               []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
		"token_endpoint_auth_methods_supported":          []oidc.AuthMethod{oidc.AuthMethodNone},
		"revocation_endpoint_auth_methods_supported":     []oidc.AuthMethod{oidc.AuthMethodNone},
		"authorization_response_iss_parameter_supported": true,
	})
}

// mcpMetadata is that of another issuer, as the live service has one at the
// root. A client of the API that uses it is wrong: nothing answers below /mcp.
func (s *Server) mcpMetadata(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                           s.URL(),
		"authorization_endpoint":           s.URL() + "/mcp/authorize",
		"token_endpoint":                   s.URL() + "/mcp/token",
		"registration_endpoint":            s.URL() + "/mcp/register",
		"response_types_supported":         []oidc.ResponseType{oidc.ResponseTypeCode},
		"grant_types_supported":            []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken},
		"code_challenge_methods_supported": []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
	})
}

// oauthClient is the one registered client, public and native, in the form that
// the library's checks ask for. The embedded nil interface is the part for
// OpenID Connect, which no check of plain OAuth reads.
type oauthClient struct{ op.Client }

func (oauthClient) GetID() string                       { return clientID }
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
	return scope == readScope || scope == writeScope
}

// checkRedirect allows the registered redirect URIs with any port (RFC 8252,
// 7.3), and nothing else: the library's own check also takes https, localhost,
// other loopback addresses and user information.
func checkRedirect(uri string) *oidc.Error {
	u, err := url.Parse(uri)
	if err == nil && u.String() == uri { // which leaves out an empty fragment
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
		if slices.Contains(oauthClient{}.RedirectURIs(), u.String()) {
			return nil
		}
	}
	return oidc.ErrInvalidRequestRedirectURI().WithDescription("The redirect_uri must be http://127.0.0.1:PORT/callback or http://[::1]:PORT/callback.")
}

// s256 is the form of a code challenge made by SHA-256 (RFC 7636, 4.2).
var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// parseAuthorization reads and checks an authorization request. An error that
// may be told to the client's redirect URI comes with the request; without one
// it is for the person alone (RFC 6749, 4.1.2.1).
func parseAuthorization(query url.Values) (*oidc.AuthRequest, *oidc.Error) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(query[name]) > 1 {
			return nil, repeated(name)
		}
	}
	if query.Get("client_id") != clientID {
		return nil, oidc.ErrInvalidClient().WithDescription("The client_id is not known here. The only client is %s.", clientID)
	}
	if err := checkRedirect(query.Get("redirect_uri")); err != nil {
		return nil, err
	}
	// From here on the client can be told.
	req := &oidc.AuthRequest{
		ClientID:            clientID,
		RedirectURI:         query.Get("redirect_uri"),
		ResponseType:        oidc.ResponseType(query.Get("response_type")),
		Scopes:              strings.Fields(query.Get("scope")),
		State:               query.Get("state"),
		CodeChallenge:       query.Get("code_challenge"),
		CodeChallengeMethod: oidc.CodeChallengeMethod(query.Get("code_challenge_method")),
	}
	for name, values := range query {
		if len(values) > 1 {
			return req, repeated(name)
		}
	}
	if query.Has("request") || query.Has("request_uri") {
		return req, oidc.ErrRequestNotSupported()
	}
	if req.ResponseType != "" && req.ResponseType != oidc.ResponseTypeCode {
		return req, &oidc.Error{ErrorType: "unsupported_response_type", Description: "The response_type must be code."}
	}
	if err := checkScopes(req.Scopes); err != nil {
		return req, err
	}
	if _, err := op.ValidateAuthRequestClient(context.Background(), req, oauthClient{}, nil); err != nil {
		return req, oidc.DefaultToServerError(err, "The request cannot be checked.")
	}
	if req.CodeChallengeMethod != oidc.CodeChallengeMethodS256 || !s256.MatchString(req.CodeChallenge) {
		return req, oidc.ErrInvalidRequest().WithDescription("PKCE is required: code_challenge with code_challenge_method S256.")
	}
	return req, nil
}

func repeated(name string) *oidc.Error {
	if !regexp.MustCompile(`^[a-z_]{1,30}$`).MatchString(name) {
		name = "A parameter"
	}
	return oidc.ErrInvalidRequest().WithDescription("%s is given more than once.", name)
}

// checkScopes refuses unknown scopes and none at all (RFC 6749, 3.3); the
// library's own check drops unknown ones.
func checkScopes(scopes []string) *oidc.Error {
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return !oauthClient{}.IsScopeAllowed(scope) }) {
		return oidc.ErrInvalidScope().WithDescription("Ask for %s or %s.", readScope, writeScope)
	}
	return nil
}

// oauth adds an endpoint that the client calls itself: a form by POST, a JSON
// object back.
func (s *Server) oauth(path string, h func(form url.Values) (any, error)) {
	s.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		form, err := readClientForm(w, r)
		var out any
		if err == nil {
			out, err = h(form)
		}
		if err != nil {
			s.writeOAuthError(w, err)
			return
		}
		writeJSON(w, http.StatusOK, out)
	})
}

// readClientForm reads the form of a client that has no secret: client_id is
// all it says about itself (RFC 6749, 2.3 and 3.2.1).
func readClientForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return nil, oidc.ErrInvalidRequest().WithDescription("The Content-Type must be application/x-www-form-urlencoded.")
	}
	if r.URL.RawQuery != "" {
		return nil, oidc.ErrInvalidRequest().WithDescription("Parameters belong in the body, not in the URL.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, oidc.ErrInvalidRequest().WithDescription("The form cannot be read.")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, repeated(name)
		}
	}
	if r.Header.Get("Authorization") != "" || r.PostForm.Has("client_secret") || r.PostForm.Has("client_assertion") {
		return nil, oidc.ErrInvalidClient().WithDescription("The client has no secret: send client_id in the form alone.")
	}
	if r.PostForm.Get("client_id") != clientID {
		return nil, oidc.ErrInvalidClient().WithDescription("The client_id is not known here.")
	}
	return r.PostForm, nil
}

// writeOAuthError answers as RFC 6749, 5.2, says. What is not a refusal is our
// own fault: the cause goes to the log alone.
func (s *Server) writeOAuthError(w http.ResponseWriter, err error) {
	var refusal *oidc.Error
	if !errors.As(err, &refusal) {
		s.logf("internal error: %v", err)
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
	writeJSON(w, status, refusal)
}
