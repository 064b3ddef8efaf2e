package api

import (
	"encoding/json"
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) getUser(_ *http.Request, who store.Caller) (result, error) { return ok(who.User) }

func (a *API) updateUser(r *http.Request, who store.Caller) (result, error) {
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	var change store.UserChange
	if change.DisplayName, err = in.text("display_name", 1, 100); err != nil {
		return result{}, err
	}
	if change.SettingsJSON, err = in.text("settings_json", 0, 10000); err != nil {
		return result{}, err
	}
	if change.SettingsJSON != nil && !isObject(*change.SettingsJSON) {
		return result{}, reply.BadRequest("Settings json must be the text of a JSON object")
	}
	if change == (store.UserChange{}) {
		return result{}, reply.BadRequest("Nothing to update: send display_name or settings_json")
	}
	u, err := a.Store.UpdateUser(who.User.ID, change)
	if err != nil {
		return result{}, err
	}
	return ok(u)
}

func isObject(doc string) bool {
	var f fields
	return json.Unmarshal([]byte(doc), &f) == nil && f != nil
}
