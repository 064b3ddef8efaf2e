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
	// This server replaces the service. In a plugin, the store is env.Auth(), which uses
	// the environment and the stored login.
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
		fmt.Println(err) // for example, the user is not logged in
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

// standIn returns a client of a service with two ideas.
func standIn() (client *neuralrepo.Client, stop func()) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET /ideas":
			io.WriteString(w, `{"ideas":[{"id":699,"number":13,"title":"Solar panels"},{"id":698,"number":12,"title":"Wind turbines"}],"has_more":false}`)
		case "GET /ideas/by-number":
			io.WriteString(w, `{"results":[{"number":12,"id":698}]}`)
		case "GET /ideas/698":
			io.WriteString(w, `{"id":698,"number":12,"title":"Wind turbines","status":"captured"}`)
		case "PATCH /ideas/698":
			io.WriteString(w, `{"id":698,"number":12,"title":"Wind turbines","status":"building"}`)
		}
	}))
	account := authcfg.Credential{Secret: "a session token", APIURL: service.URL}
	return neuralrepo.NewWithCredential(account, neuralrepo.Options{}), service.Close
}

func ExampleClient_AllIdeas() {
	client, stop := standIn()
	defer stop()
	for idea, err := range client.AllIdeas(context.Background(), neuralrepo.IdeaFilter{Status: "captured"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("#%s %s\n", idea.Number, idea.Title)
	}
	// Output:
	// #13 Solar panels
	// #12 Wind turbines
}

func ExampleClient_IdeaByRef() {
	client, stop := standIn()
	defer stop()
	ref, err := neuralrepo.ParseRef("#12") // as the user typed it
	if err != nil {
		fmt.Println(err)
		return
	}
	idea, err := client.IdeaByRef(context.Background(), ref)
	if err != nil {
		fmt.Println(err)
		return
	}
	status := "building"
	changed, err := client.UpdateIdea(context.Background(), idea.ID, neuralrepo.IdeaUpdate{Status: &status})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %s: %s, was %s\n", ref, changed.Title, changed.Status, idea.Status)
	// Output: #12 Wind turbines: building, was captured
}

func ExampleParseRef() {
	for _, text := range []string{"12", "#012", "id:698", "twelve"} {
		ref, err := neuralrepo.ParseRef(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(ref)
	}
	// Output:
	// #12
	// #12
	// id:698
	// "twelve" is not an idea: use 12, #12 or id:698
}
