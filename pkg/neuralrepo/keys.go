package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// APIKey describes an API key, without the key itself.
type APIKey struct {
	ID         ID     `json:"id"`           // for RevokeAPIKey
	Label      string `json:"label"`        // 1 to 100 characters
	CreatedAt  Time   `json:"created_at"`   // UTC
	LastUsedAt Time   `json:"last_used_at"` // UTC; Text is "" for never

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (k *APIKey) UnmarshalJSON(doc []byte) (err error) {
	type fields APIKey
	k.Raw, err = decodeRaw(doc, (*fields)(k))
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (k APIKey) MarshalJSON() ([]byte, error) { return k.Raw.MarshalJSON() }

// CreatedAPIKey is a new API key. Raw contains the secret too.
type CreatedAPIKey struct {
	APIKey
	// Key is the key itself, which the service shows only once.
	Key authcfg.Secret
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (k *CreatedAPIKey) UnmarshalJSON(doc []byte) error {
	if err := json.Unmarshal(doc, &k.APIKey); err != nil {
		return err
	}
	var reply struct{ Key string }
	err := json.Unmarshal(doc, &reply)
	k.Key = authcfg.Secret(reply.Key)
	return err
}

// APIKeys returns the API keys of the user, in the order of the service: GET
// /user/api-keys.
func (c *Client) APIKeys(ctx context.Context) ([]APIKey, error) {
	var list listOf[APIKey]
	err := c.call(ctx, http.MethodGet, "/user/api-keys", nil, list.under("api_keys"))
	return list.items, err
}

// CreateAPIKey creates an API key with both scopes: POST /user/api-keys. Only the
// response contains the secret. If the response is lost, the key may have been
// created, and [Client.APIKeys] lists it; the hint of the error says so.
func (c *Client) CreateAPIKey(ctx context.Context, label string) (CreatedAPIKey, error) {
	var k CreatedAPIKey
	err := c.call(ctx, http.MethodPost, "/user/api-keys", map[string]string{"label": label}, &k)
	if err == nil && k.Key == "" {
		err = &output.Error{Err: errors.New("the service created the key but did not send it"), Hint: "find its id with `nrepo key list` and revoke it"}
	}
	return k, hintOfLost(err, "the key may have been created: check with `nrepo key list`")
}

// RevokeAPIKey revokes a key permanently: DELETE /user/api-keys/<id>. If the
// response is lost and the repeated request finds no key, RevokeAPIKey succeeds. A
// response that is neither empty nor an object, or says "success": false, is an
// error.
func (c *Client) RevokeAPIKey(ctx context.Context, id ID) error {
	return c.remove(ctx, "/user/api-keys/", id)
}

// pathSegment escapes an id for a path. It returns an error if the id would change the
// path.
func pathSegment(id string) (string, error) {
	if id == "" || id == "." || id == ".." {
		return "", usageError("that is not an id")
	}
	return url.PathEscape(id), nil
}
