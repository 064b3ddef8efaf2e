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

// ideaServer has ideas with the ids n-1 to 0, and one more before the second page. Pages from
// offset 500 on fail.
func ideaServer(t *testing.T, n int) *neuralrepo.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		if offset == 99 {
			n++
		}
		if offset >= 500 {
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
	return neuralrepo.NewWithCredential(authcfg.Credential{Secret: "token", APIURL: server.URL}, neuralrepo.Options{NoRetry: true})
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
				t.Errorf("idea %s appeared %d times", id, times)
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
	if count != 595 { // six overlapping pages, one of them with a new idea, and the error
		t.Errorf("%d steps, want 595", count)
	}
	for range ideaServer(t, 1000).AllIdeas(context.Background(), neuralrepo.IdeaFilter{}) {
		break
	}
}

// A server that ignores offset sends the same page again and again.
func TestAllIdeasOfOnePage(t *testing.T) {
	t.Parallel()
	page := "[" + strings.Repeat(`{"id":7},`, 99) + `{"id":8}]`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page) }))
	defer server.Close()
	client := neuralrepo.NewWithCredential(authcfg.Credential{Secret: "token", APIURL: server.URL}, neuralrepo.Options{NoRetry: true})
	ideas := 0
	var last error
	for _, err := range client.AllIdeas(t.Context(), neuralrepo.IdeaFilter{}) {
		if last = err; err == nil {
			ideas++
		}
	}
	if ideas != 2 || last == nil || !strings.Contains(last.Error(), "repeats the same ideas") {
		t.Errorf("%d ideas, %v", ideas, last)
	}
}

// Ideas that are added meanwhile may fill whole pages with known ones.
func TestAllIdeasWhileManyAreAdded(t *testing.T) {
	t.Parallel()
	total := 150
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		var items []string
		for id := total - 1 - offset; id >= 0 && len(items) < 100; id-- {
			items = append(items, fmt.Sprintf(`{"id":%d}`, id))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(items, ","))
		if offset == 0 && total == 150 {
			total += 300
		}
	}))
	defer server.Close()
	client := neuralrepo.NewWithCredential(authcfg.Credential{Secret: "token", APIURL: server.URL}, neuralrepo.Options{NoRetry: true})
	seen := map[neuralrepo.ID]bool{}
	for idea, err := range client.AllIdeas(t.Context(), neuralrepo.IdeaFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[idea.ID] = true
	}
	for id := range 150 {
		if !seen[neuralrepo.ID(strconv.Itoa(id))] {
			t.Errorf("idea %d was left out", id)
		}
	}
}
