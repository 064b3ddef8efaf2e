package neuralrepo_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

func ExampleNew() {
	// A stand-in for the service. A plugin's store is env.Auth(), which reads
	// the real environment and the stored login.
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"id":"user_1","email":"alice@example.com"}`)
	}))
	defer service.Close()
	store := &authcfg.Store{Getenv: func(name string) string {
		return map[string]string{
			"NEURALREPO_API_URL": service.URL + "/api/v1",
			"NEURALREPO_API_KEY": "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		}[name]
	}}

	client, err := neuralrepo.New(store, neuralrepo.Options{UserAgent: "nrepo-stale/v1.0.0"})
	if err != nil {
		fmt.Println(err) // not logged in, for one
		return
	}
	user, err := client.Me(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Email)
	// Output: alice@example.com
}
