package login

import (
	"net/http"
	"strings"
)

// OAuthRoutes adds the metadata, the endpoints for clients and the pages for people.
func (l *Logins) OAuthRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /.well-known/oauth-authorization-server"+strings.TrimPrefix(l.Issuer, l.URL), l.metadata)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", l.mcpMetadata)
	l.Pages.Handle(mux, "GET "+authorizePath, l.authorize)
	l.Pages.Handle(mux, "POST "+consentPath, l.consent)
	l.endpoint(mux, tokenPath, l.token)
	l.endpoint(mux, revokePath, l.revoke)
	l.endpoint(mux, deviceAPIPath, l.authorizeDevice)
	l.Pages.Handle(mux, "GET "+devicePath, l.devicePage)
	l.Pages.Handle(mux, "POST "+devicePath, l.decideDevice)
	l.Pages.Handle(mux, "GET "+devicePath+"/approved", l.deviceDone("Approved", "Go back to your device: it is being logged in."))
	l.Pages.Handle(mux, "GET "+devicePath+"/denied", l.deviceDone("Denied", "Nothing was granted. You can close this page."))
}

// HandoffRoutes adds the login of the live service.
func (l *Logins) HandoffRoutes(mux *http.ServeMux) {
	l.Pages.Handle(mux, "GET "+handoffPath, l.askHandoff)
	l.Pages.Handle(mux, "POST "+handoffPath, l.handoff)
}
