package neuralrepo

import (
	"context"
	"encoding/json"
	"net/http"
)

// User is an account (https://docs.neuralrepo.com/api/user).
type User struct {
	ID          ID     `json:"id"`
	Email       string `json:"email"`        // "" if the service sends none
	DisplayName string `json:"display_name"` // at most 100 characters; "" for none
	Plan        string `json:"plan"`         // "free" or "pro"

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (u *User) UnmarshalJSON(doc []byte) (err error) {
	type fields User
	u.Raw, err = decodeRaw(doc, (*fields)(u))
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (u User) MarshalJSON() ([]byte, error) { return u.Raw.MarshalJSON() }

// EmailOrID returns the e-mail address or, if there is none, the id.
func (u User) EmailOrID() string {
	if u.Email != "" {
		return u.Email
	}
	return string(u.ID)
}

// Me returns the user that the credential belongs to: GET /user/me.
func (c *Client) Me(ctx context.Context) (User, error) {
	var u User
	err := c.call(ctx, http.MethodGet, "/user/me", nil, &u)
	if err == nil && u.EmailOrID() == "" {
		err = c.http.UnknownReply(http.MethodGet, ": it has no user")
	}
	return u, err
}
