package sandbox

import "database/sql"

// aliceID is the id of the seeded user. It is fixed, so that a login stored
// against one sandbox reads the same against the next.
const aliceID = "user_alice"

// seed adds the user of the documentation's examples and a fresh key. Earlier
// keys in a database file stay valid, so earlier logins survive a restart.
func (s *Server) seed() error {
	now := s.timestamp()
	avatar := "https://example.com/avatars/alice.png"
	err := s.store.write(func(tx *sql.Tx) error {
		return insertUser(tx, user{
			ID: aliceID, Email: "alice@example.com", DisplayName: "Alice Example", AvatarURL: &avatar,
			Plan: "pro", SettingsJSON: "{}", CreatedAt: now, UpdatedAt: now,
		})
	})
	if err != nil {
		return err
	}
	s.apiKey, err = s.CreateKey("sandbox", readScope, writeScope)
	return err
}
