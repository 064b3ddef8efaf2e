package authcfg_test

import (
	"errors"
	"fmt"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

func ExampleStore_Credential() {
	// A real program uses &authcfg.Store{}, which reads its environment.
	env := map[string]string{
		"NEURALREPO_API_KEY": "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"NEURALREPO_API_URL": "http://127.0.0.1:8787/api/v1/",
	}
	store := &authcfg.Store{Getenv: func(name string) string { return env[name] }}

	cred, err := store.Credential()
	if errors.Is(err, authcfg.ErrNotLoggedIn) {
		fmt.Println("run `nrepo login` first")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	header, _ := cred.Secret.Header()
	fmt.Println("send", header, "with", cred.Secret, "from", cred.Source)
	fmt.Println("to", cred.APIURL, "and no other origin than", authcfg.Origin(cred.APIURL))
	// Output:
	// send X-API-Key with nrp_…cdef from env
	// to http://127.0.0.1:8787/api/v1 and no other origin than http://127.0.0.1:8787
}
