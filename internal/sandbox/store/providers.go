package store

import "database/sql"

// SetProviderKey records that the user has a key for an AI provider, "anthropic", "openai" or
// "openrouter". The key itself is not stored.
func (s *Store) SetProviderKey(userID, provider string) error {
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO provider_keys (user_id, provider) VALUES (?, ?) ON CONFLICT DO NOTHING", userID, provider)
		return err
	})
}

// DropProviderKey removes the record of SetProviderKey.
func (s *Store) DropProviderKey(userID, provider string) error {
	return s.write(func(tx *sql.Tx) error {
		return mustChange("Provider key")(tx.Exec("DELETE FROM provider_keys WHERE user_id = ? AND provider = ?", userID, provider))
	})
}
