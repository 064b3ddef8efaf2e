package pages

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// dashboardView is the data for the dashboard.
type dashboardView struct {
	APIURL string
	NewKey store.NewKey // just created, shown once
	Keys   []store.Key
	Logins []store.LiveLogin
	Ideas  []store.Idea
}

func (p *Pages) dashboard(w http.ResponseWriter, _ *http.Request, v Visitor) error {
	all := dashboardView{APIURL: p.APIURL, NewKey: p.newKeys.take(v)}
	var err error
	if all.Keys, err = p.Store.Keys(v.User.ID); err != nil {
		return err
	}
	if all.Logins, err = p.Store.LiveLogins(v.User.ID); err != nil {
		return err
	}
	if all.Ideas, err = p.Store.Ideas(v.User.ID, store.IdeaFilter{Limit: 5}); err != nil {
		return err
	}
	return p.Render(w, http.StatusOK, v, "dashboard", all)
}

func (p *Pages) addKey(w http.ResponseWriter, r *http.Request, v Visitor) error {
	label := r.PostForm.Get("label")
	if strings.TrimSpace(label) == "" || utf8.RuneCountInString(label) > 100 {
		return reply.BadRequest("Label must be between 1 and 100 characters")
	}
	made, err := p.Store.CreateKey(v.User.ID, label, strings.Fields(store.AllScopes))
	if err != nil {
		return err
	}
	p.newKeys.put(v, made)
	SeeOther(w, "/")
	return nil
}

func (p *Pages) dropKey(w http.ResponseWriter, r *http.Request, v Visitor) error {
	if err := p.Store.RevokeKey(v.User.ID, formID(r)); err != nil {
		return err
	}
	SeeOther(w, "/")
	return nil
}

func (p *Pages) dropLogin(w http.ResponseWriter, r *http.Request, v Visitor) error {
	if err := p.Store.EndLogin(v.User.ID, formID(r)); err != nil {
		return err
	}
	SeeOther(w, "/")
	return nil
}

// formID returns the id in a form, or 0, which is never an id.
func formID(r *http.Request) int64 {
	id, err := strconv.ParseInt(r.PostForm.Get("id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}
