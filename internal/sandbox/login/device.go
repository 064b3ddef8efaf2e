package login

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// authorizeDevice begins a login on a device without a browser (RFC 8628, 3.1).
func (l *Logins) authorizeDevice(form url.Values) (any, error) {
	scopes := strings.Fields(form.Get("scope"))
	if err := checkScopes(scopes); err != nil {
		return nil, err
	}
	shape := op.UserCodeBase20 // 20 consonants, which form no words (RFC 8628, 6.1)
	userCode, err := op.NewUserCode([]rune(shape.CharSet), shape.CharAmount, shape.DashInterval)
	if err != nil {
		return nil, err
	}
	deviceCode, err := l.Store.StartDevice(strings.Join(scopes, " "), userCode)
	if err != nil {
		return nil, err
	}
	return &oidc.DeviceAuthorizationResponse{
		DeviceCode:              deviceCode,
		UserCode:                userCode,
		VerificationURI:         l.URL + devicePath,
		VerificationURIComplete: l.URL + devicePath + "?user_code=" + userCode,
		ExpiresIn:               int(store.DeviceLifetime / time.Second),
		Interval:                store.PollInterval,
	}, nil
}

// deviceQuestion is what the page about a device shows.
type deviceQuestion struct {
	UserCode string   // "" to ask for it
	Known    bool     // a device with this code is waiting
	Scopes   []string // what it asks for
}

// devicePage asks for the user code, or shows what the device with this code asks for. A link
// that contains the code still needs the person's consent (RFC 8628, 3.3.1).
func (l *Logins) devicePage(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, r.URL.RequestURI())
	}
	question := deviceQuestion{UserCode: normalUserCode(r.URL.Query().Get("user_code"))}
	if question.UserCode == "" {
		return l.Pages.Render(w, http.StatusOK, v, "device", question)
	}
	if err := l.guesses.check(l.Now()); err != nil {
		return err
	}
	scopes, err := l.Store.DeviceScopes(question.UserCode)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return err
	}
	question.Known, question.Scopes = err == nil, strings.Fields(scopes)
	status := http.StatusOK
	if !question.Known {
		l.guesses.count(l.Now())
		status = http.StatusNotFound
	}
	return l.Pages.Render(w, status, v, "device", question)
}

// decideDevice stores the person's answer.
func (l *Logins) decideDevice(w http.ResponseWriter, r *http.Request, v pages.Visitor) error {
	userCode := normalUserCode(r.PostForm.Get("user_code"))
	if !v.SignedIn() {
		return l.Pages.AskSignIn(w, v, devicePath+"?user_code="+userCode)
	}
	approved, err := decision(r)
	if err != nil {
		return err
	}
	if err := l.guesses.check(l.Now()); err != nil {
		return err
	}
	if err := l.Store.DecideDevice(v.User.ID, userCode, approved); err != nil {
		if errors.As(err, new(store.NotFoundError)) {
			l.guesses.count(l.Now())
		}
		return err
	}
	if approved {
		pages.SeeOther(w, devicePath+"/approved") // so that a reload does not send the form again
	} else {
		pages.SeeOther(w, devicePath+"/denied")
	}
	return nil
}

// deviceDone returns a page that shows the decision.
func (l *Logins) deviceDone(title, text string) pages.Handler {
	return func(w http.ResponseWriter, _ *http.Request, v pages.Visitor) error {
		return l.Pages.Render(w, http.StatusOK, v, "message", pages.Message{Title: title, Text: text})
	}
}

// normalUserCode converts what a person typed to the form of a user code: upper case, with
// one dash and no other characters between the letters (RFC 8628, 6.1).
func normalUserCode(typed string) string {
	var letters strings.Builder
	for _, c := range strings.ToUpper(typed) {
		if c >= 'A' && c <= 'Z' && letters.Len() < 9 {
			letters.WriteRune(c)
		}
	}
	code := letters.String()
	if len(code) > 4 {
		code = code[:4] + "-" + code[4:]
	}
	return code
}
