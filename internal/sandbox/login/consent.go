package login

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// consentQuestion is what the consent page shows.
type consentQuestion struct {
	Scopes  []string // of a session; none for an API key
	Address string   // host and port of the program that gets the answer
	Action  string   // path that receives the answer
	Request string   // sent back with the answer
}

// askConsent shows which program asks for what. The program at redirect gets the answer, so
// the page's form may redirect there and nowhere else.
func (l *Logins) askConsent(w http.ResponseWriter, v pages.Visitor, redirect string, question consentQuestion) error {
	u, err := url.Parse(redirect)
	if err != nil {
		return err
	}
	target := "http://" + u.Host
	if strings.Contains(u.Host, "[") {
		target = "http:" // a policy cannot name an IPv6 address
	}
	pages.AllowForms(w, target)
	question.Address = net.JoinHostPort(u.Hostname(), u.Port())
	return l.Pages.Render(w, http.StatusOK, v, "consent", question)
}

// decision returns which of the two buttons was pressed.
func decision(r *http.Request) (approved bool, err error) {
	switch r.PostForm.Get("decision") {
	case "approve":
		return true, nil
	case "deny":
		return false, nil
	}
	return false, reply.BadRequest("Press Approve or Deny.")
}
