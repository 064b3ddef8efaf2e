package neuralrepo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// ideaServer has ideas of the ids n-1 to 0; before the second page it gets one
// more. A page of 500 fails.
func ideaServer(t *testing.T, n int) *neuralrepo.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		if offset == 100 {
			n++
		}
		if offset == 500 {
			http.Error(w, `{"error":"no"}`, http.StatusForbidden)
			return
		}
		var items []string
		for id := n - 1 - offset; id >= 0 && len(items) < limit; id-- {
			items = append(items, fmt.Sprintf(`{"id":%d,"title":"idea %d"}`, id, id))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(items, ","))
	}))
	t.Cleanup(server.Close)
	return neuralrepo.New(authcfg.Credential{Secret: "token", APIURL: server.URL}, neuralrepo.Options{NoRetry: true})
}

func TestAllIdeas(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ n, want int }{{0, 0}, {1, 1}, {100, 100}, {101, 101}, {250, 250}} {
		seen := map[neuralrepo.ID]int{}
		for idea, err := range ideaServer(t, tt.n).AllIdeas(context.Background(), neuralrepo.IdeaFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			seen[idea.ID]++
		}
		if len(seen) != tt.want {
			t.Errorf("of %d ideas %d were seen", tt.n, len(seen))
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("idea %s came %d times", id, times)
			}
		}
	}
}

func TestAllIdeasEnds(t *testing.T) {
	t.Parallel()
	count := 0
	for _, err := range ideaServer(t, 1000).AllIdeas(context.Background(), neuralrepo.IdeaFilter{}) {
		count++
		if status := (*neuralrepo.Error)(nil); err != nil && (!errors.As(err, &status) || status.Status != 403) {
			t.Fatal(err)
		}
	}
	if count != 500 { // 499, for one came in between, and the error
		t.Errorf("%d steps, want 500", count)
	}
	for range ideaServer(t, 1000).AllIdeas(context.Background(), neuralrepo.IdeaFilter{}) {
		break
	}
}

// A server that does not know offset sends the same page again and again.
func TestAllIdeasOfOnePage(t *testing.T) {
	t.Parallel()
	page := "[" + strings.Repeat(`{"id":7},`, 99) + `{"id":8}]`
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests++; requests > 2 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fmt.Fprint(w, page)
	}))
	defer server.Close()
	client := neuralrepo.New(authcfg.Credential{Secret: "token", APIURL: server.URL}, neuralrepo.Options{NoRetry: true})
	ideas := 0
	for _, err := range client.AllIdeas(t.Context(), neuralrepo.IdeaFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ideas++
	}
	if ideas != 2 || requests != 2 {
		t.Errorf("%d ideas, %d requests", ideas, requests)
	}
}
