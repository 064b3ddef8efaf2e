package store

import "database/sql"

// User is the body of GET and PATCH /user/me in the form of
// https://docs.neuralrepo.com/api/user/ (with the final slash, the newer page).
type User struct {
	ID               string  `json:"id"`
	Email            string  `json:"email"`
	DisplayName      string  `json:"display_name"`
	AvatarURL        *string `json:"avatar_url"`
	Plan             string  `json:"plan"`
	SettingsJSON     string  `json:"settings_json"`
	HasAnthropicKey  bool    `json:"has_anthropic_key"`
	HasOpenAIKey     bool    `json:"has_openai_key"`
	HasOpenRouterKey bool    `json:"has_openrouter_key"`
	CreatedAt        string  `json:"created_at"`
	UpdatedAt        string  `json:"updated_at"`
}

// HasProviderKey reports whether the user has a key for any AI provider.
func (u User) HasProviderKey() bool { return u.HasAnthropicKey || u.HasOpenAIKey || u.HasOpenRouterKey }

// UserChange is a change of a user; a field that is nil is not changed.
type UserChange struct{ DisplayName, SettingsJSON *string }

func loadUser(q querier, id string) (u User, err error) {
	err = q.QueryRow(`SELECT id, email, display_name, avatar_url, plan, settings_json, created_at, updated_at,
			sum(provider IS 'anthropic'), sum(provider IS 'openai'), sum(provider IS 'openrouter')
		FROM users LEFT JOIN provider_keys ON user_id = id WHERE id = ? GROUP BY id`, id).
		Scan(&u.ID, &u.Email, &u.DisplayName, &u.AvatarURL, &u.Plan, &u.SettingsJSON, &u.CreatedAt, &u.UpdatedAt,
			&u.HasAnthropicKey, &u.HasOpenAIKey, &u.HasOpenRouterKey)
	return u, err
}

// AddUser adds u, created now, unless there is a user with this id.
func (s *Store) AddUser(u User) error {
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO users (id, email, display_name, avatar_url, plan, settings_json, created_at, updated_at)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (id) DO NOTHING`,
			u.ID, u.Email, u.DisplayName, u.AvatarURL, u.Plan, u.SettingsJSON, s.Timestamp())
		return err
	})
}

// UpdateUser changes a user and returns it. It writes only the fields that change.
func (s *Store) UpdateUser(id string, c UserChange) (u User, err error) {
	err = s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE users SET display_name = coalesce(?, display_name),
			settings_json = coalesce(?, settings_json), updated_at = ? WHERE id = ?`,
			c.DisplayName, c.SettingsJSON, s.Timestamp(), id)
		if err != nil {
			return err
		}
		u, err = loadUser(tx, id)
		return err
	})
	return u, err
}
