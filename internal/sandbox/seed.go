package sandbox

import "github.com/nrepo-cli/nrepo/internal/sandbox/store"

// aliceID is the id of the seeded user. It is fixed, so that a login stored
// against one sandbox reads the same against the next.
const aliceID = "user_alice"

// seed adds the user of the documentation's examples and a fresh key. Earlier
// keys in a database file stay valid, so earlier logins survive a restart.
func seed(st *store.Store) (apiKey string, err error) {
	avatar := "https://example.com/avatars/alice.png"
	err = st.AddUser(store.User{
		ID: aliceID, Email: "alice@example.com", DisplayName: "Alice Example", AvatarURL: &avatar,
		Plan: "pro", SettingsJSON: "{}",
	})
	if err != nil {
		return "", err
	}
	key, err := st.CreateKey(aliceID, "sandbox", []string{store.ReadScope, store.WriteScope})
	return key.Key, err
}
