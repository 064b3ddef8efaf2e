package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// consentQuestion is what the consent page shows.
type consentQuestion struct {
	Scopes  []string // of a session; none for an API key
	Address string   // host and port of the program that gets the answer
	Action  string   // path that takes the answer
	Request string   // comes back with the answer
}

// authorize shows the consent page for an authorization request (RFC 6749,
// 4.1.1). Nothing is kept of the request: it comes back with the answer and is
// checked again.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request, v visitor) error {
	req, refusal := parseQuery(r.URL.RawQuery)
	if refusal != nil {
		return s.refuseAuthorization(w, v, req, refusal)
	}
	if !v.signedIn() {
		return s.askSignIn(w, v, r.URL.RequestURI())
	}
	return s.askConsent(w, v, req.RedirectURI, consentQuestion{
		Scopes:  req.Scopes,
		Action:  consentPath,
		Request: r.URL.RawQuery,
	})
}

// consent takes the answer to an authorization request and sends the browser
// back to the client with it.
func (s *Server) consent(w http.ResponseWriter, r *http.Request, v visitor) error {
	query := r.PostForm.Get("request")
	req, refusal := parseQuery(query)
	if refusal != nil {
		return s.refuseAuthorization(w, v, req, refusal)
	}
	if !v.signedIn() {
		return s.askSignIn(w, v, authorizePath+"?"+query)
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	if !approved {
		return s.refuseAuthorization(w, v, req, oidc.ErrAccessDenied())
	}
	code, err := s.approveLogin(v.user.ID, req.Scopes.String(), req.RedirectURI, req.CodeChallenge)
	if err != nil {
		return err
	}
	return s.answerClient(w, req, authorizationReply{Code: code})
}

func parseQuery(raw string) (*oidc.AuthRequest, *oidc.Error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, oidc.ErrInvalidRequest().WithDescription("The address cannot be read.")
	}
	return parseAuthorization(query)
}

// refuseAuthorization tells the client, or where that is not safe the person
// (RFC 6749, 4.1.2.1).
func (s *Server) refuseAuthorization(w http.ResponseWriter, v visitor, req *oidc.AuthRequest, refusal *oidc.Error) error {
	if req == nil {
		return badRequest("%s", refusal.Description)
	}
	return s.answerClient(w, req, authorizationReply{Error: string(refusal.ErrorType), Description: refusal.Description})
}

// authorizationReply is what the redirect URI gets (RFC 6749, 4.1.2; RFC 9207).
type authorizationReply struct {
	Code        string `schema:"code,omitempty"`
	Error       string `schema:"error,omitempty"`
	Description string `schema:"error_description,omitempty"`
	State       string `schema:"state,omitempty"`
	Issuer      string `schema:"iss"`
}

// answerClient sends the browser to the client. 303 makes of the form's POST a
// GET, so that the form goes nowhere else (RFC 9700, 4.12).
func (s *Server) answerClient(w http.ResponseWriter, req *oidc.AuthRequest, reply authorizationReply) error {
	reply.State, reply.Issuer = req.State, s.APIURL()
	target, err := op.AuthResponseURL(req.RedirectURI, oidc.ResponseTypeCode, oidc.ResponseModeQuery, &reply, oidc.NewEncoder())
	if err != nil {
		return err
	}
	seeOther(w, target)
	return nil
}

// askConsent shows who asks for what. The program behind redirect gets the
// answer, so the page's form may lead there and nowhere else.
func (s *Server) askConsent(w http.ResponseWriter, v visitor, redirect string, question consentQuestion) error {
	u, err := url.Parse(redirect)
	if err != nil {
		return err
	}
	target := "http://" + u.Host
	if strings.Contains(u.Host, "[") {
		target = "http:" // a policy cannot name an IPv6 address
	}
	w.Header().Set("Content-Security-Policy", contentPolicy("'self' "+target))
	question.Address = net.JoinHostPort(u.Hostname(), u.Port())
	return s.render(w, http.StatusOK, v, "consent", question)
}

// decision reads which of the two buttons was pressed.
func decision(r *http.Request) (approved bool, err error) {
	switch r.PostForm.Get("decision") {
	case "approve":
		return true, nil
	case "deny":
		return false, nil
	}
	return false, badRequest("Press Approve or Deny.")
}

func seeOther(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}
