package login

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// authorize shows the consent page for an authorization request (RFC 6749, 4.1.1). It does not
// store the request: the form sends it back with the answer, and it is checked again.
func (l *Logins) authorize(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	req, refusal := parseQuery(r.URL.RawQuery)
	if refusal != nil {
		return l.refuseAuthorization(w, v, req, refusal)
	}
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, r.URL.RequestURI())
	}
	return l.askConsent(w, v, req.RedirectURI, consentQuestion{
		Scopes:  req.Scopes,
		Action:  consentPath,
		Request: r.URL.RawQuery,
	})
}

// consent handles the answer to an authorization request and redirects the browser to the
// client.
func (l *Logins) consent(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	query := r.PostForm.Get("request")
	req, refusal := parseQuery(query)
	if refusal != nil {
		return l.refuseAuthorization(w, v, req, refusal)
	}
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, authorizePath+"?"+query)
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	if !approved {
		return l.refuseAuthorization(w, v, req, oidc.ErrAccessDenied())
	}
	code, err := l.Store.ApproveLogin(v.User.ID, req.Scopes.String(), store.CodeGrant{RedirectURI: req.RedirectURI, Challenge: req.CodeChallenge})
	if err != nil {
		return err
	}
	return l.answerClient(w, req, authorizationReply{Code: code})
}

func parseQuery(raw string) (*oidc.AuthRequest, *oidc.Error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, oidc.ErrInvalidRequest().WithDescription("The address cannot be read.")
	}
	return parseAuthorization(query)
}

// refuseAuthorization sends the error to the client or, if that is not safe, shows it to the
// person (RFC 6749, 4.1.2.1).
func (l *Logins) refuseAuthorization(w http.ResponseWriter, v pages.Visitor, req *oidc.AuthRequest, refusal *oidc.Error) error {
	if req == nil {
		return reply.BadRequest("%s", refusal.Description)
	}
	return l.answerClient(w, req, authorizationReply{Error: string(refusal.ErrorType), Description: refusal.Description})
}

// authorizationReply is the reply to the redirect URI (RFC 6749, 4.1.2; RFC 9207).
type authorizationReply struct {
	Code        string `schema:"code,omitempty"`
	Error       string `schema:"error,omitempty"`
	Description string `schema:"error_description,omitempty"`
	State       string `schema:"state,omitempty"`
	Issuer      string `schema:"iss"`
}

// answerClient redirects the browser to the client.
func (l *Logins) answerClient(w http.ResponseWriter, req *oidc.AuthRequest, answer authorizationReply) error {
	answer.State, answer.Issuer = req.State, l.Issuer
	target, err := op.AuthResponseURL(req.RedirectURI, oidc.ResponseTypeCode, oidc.ResponseModeQuery, &answer, oidc.NewEncoder())
	if err != nil {
		return err
	}
	pages.SeeOther(w, target)
	return nil
}

// s256 matches a code challenge of the method S256 (RFC 7636, 4.2).
var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// parseAuthorization reads and checks an authorization request. If it returns an error with a
// request, the error may be sent to the redirect URI; without a request, it may only be shown
// to the person (RFC 6749, 4.1.2.1).
func parseAuthorization(query url.Values) (*oidc.AuthRequest, *oidc.Error) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(query[name]) > 1 {
			return nil, repeated(name)
		}
	}
	if query.Get("client_id") != store.ClientID {
		return nil, oidc.ErrInvalidClient().WithDescription("The client_id is not known here. The only client is %s.", store.ClientID)
	}
	if err := checkRedirect(query.Get("redirect_uri")); err != nil {
		return nil, err
	}
	// From here on, errors can be sent to the client.
	req := &oidc.AuthRequest{
		ClientID:            store.ClientID,
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
