package sandbox

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A login URL cannot make Decide connect to another machine.
func TestDecideStaysHere(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	away := httptest.NewServer(http.RedirectHandler("http://neuralrepo.example/", http.StatusFound))
	defer away.Close()
	for _, login := range []string{"http://neuralrepo.example/", "https://127.0.0.1/", "http://user@127.0.0.1/", "file:///etc/passwd", "", "-x", "http://[", away.URL} {
		if err := Decide(context.Background(), login, true); !errors.Is(err, ErrNotLocal) {
			t.Errorf("%q: %v", login, err)
		}
	}
	for path, want := range map[string]string{
		"/":           "nothing to approve",
		"/device":     "nothing to approve",
		authorizePath: "client_id",
		"/nope":       "404",
	} {
		if err := Decide(context.Background(), s.URL()+path, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	p, err := newPerson()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.client.Get("http://192.0.2.1/"); !errors.Is(err, ErrNotLocal) {
		t.Errorf("a name that resolves elsewhere: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 0*time.Second)
	defer cancel()
	if err := Decide(ctx, s.URL(), true); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
