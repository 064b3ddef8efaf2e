package pages

import (
	"sync"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// newKeys are keys that a form has created and the next page shows, once. The key is not in
// the reply to the form, so that a reload creates no second key. It is not stored anywhere
// else.
type newKeys struct {
	mu   sync.Mutex
	made map[string]store.NewKey // by the visitor's token
}

func (n *newKeys) put(v Visitor, key store.NewKey) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.made == nil {
		n.made = map[string]store.NewKey{}
	}
	n.made[v.token] = key
}

// take returns the visitor's new key, or the zero value.
func (n *newKeys) take(v Visitor) store.NewKey {
	n.mu.Lock()
	defer n.mu.Unlock()
	key := n.made[v.token]
	delete(n.made, v.token)
	return key
}
