package sandbox

import (
	"database/sql"
	"encoding/json"
	"net/http"
)

// user is the body of GET and PATCH /user/me in the form of
// https://docs.neuralrepo.com/api/user/ (with the final slash, the newer page).
type user struct {
	ID               string  `json:"id"`
	Email            string  `json:"email"`
	DisplayName      string  `json:"display_name"`
	AvatarURL        *string `json:"avatar_url"`
	Plan             string  `json:"plan"`
	SettingsJSON     string  `json:"settings_json"`
	HasAnthropicKey  bool    `json:"has_anthropic_key"` // no provider keys here: always false
	HasOpenAIKey     bool    `json:"has_openai_key"`
	HasOpenRouterKey bool    `json:"has_openrouter_key"`
	CreatedAt        string  `json:"created_at"`
	UpdatedAt        string  `json:"updated_at"`
}

func (s *Server) getUser(_ *http.Request, who caller) (reply, error) { return ok(who.user) }

func (s *Server) updateUser(r *http.Request, who caller) (reply, error) {
	in, err := readFields(r, false)
	if err != nil {
		return reply{}, err
	}
	name, hasName, err := in.text("display_name", 1, 100)
	if err != nil {
		return reply{}, err
	}
	settings, hasSettings, err := in.text("settings_json", 0, 10000)
	if err != nil {
		return reply{}, err
	}
	if hasSettings && !isObject(settings) {
		return reply{}, badRequest("Settings json must be the text of a JSON object")
	}
	if !hasName && !hasSettings {
		return reply{}, badRequest("Nothing to update: send display_name or settings_json")
	}
	var u user
	err = s.store.write(func(tx *sql.Tx) error {
		// As one statement, so that two changes of different fields both stay.
		_, err := tx.Exec(`UPDATE users SET display_name = iif(?, ?, display_name),
			settings_json = iif(?, ?, settings_json), updated_at = ? WHERE id = ?`,
			hasName, name, hasSettings, settings, s.timestamp(), who.user.ID)
		if err != nil {
			return err
		}
		u, err = loadUser(tx, who.user.ID)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	return ok(u)
}

func isObject(doc string) bool {
	var f fields
	return json.Unmarshal([]byte(doc), &f) == nil && f != nil
}

func loadUser(q querier, id string) (u user, err error) {
	err = q.QueryRow(`SELECT id, email, display_name, avatar_url, plan, settings_json, created_at, updated_at
		FROM users WHERE id = ?`, id).
		Scan(&u.ID, &u.Email, &u.DisplayName, &u.AvatarURL, &u.Plan, &u.SettingsJSON, &u.CreatedAt, &u.UpdatedAt)
	return u, err
}

// insertUser adds u unless its id is there already.
func insertUser(tx *sql.Tx, u user) error {
	_, err := tx.Exec(`INSERT INTO users (id, email, display_name, avatar_url, plan, settings_json, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		u.ID, u.Email, u.DisplayName, u.AvatarURL, u.Plan, u.SettingsJSON, u.CreatedAt, u.UpdatedAt)
	return err
}
