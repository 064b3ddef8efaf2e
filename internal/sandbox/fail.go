package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/api"
	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// Failure makes requests fail before they do any work. The client gets the
// status with the service's form of an error.
type Failure struct {
	Method string // such as "POST"; "*" is any
	Path   string // with or without /api/v1, without a query; "*" matches any characters except "/"
	Status int    // 400 to 599
	Count  int    // how many requests fail; 0 for all
}

// ParseFailure parses "METHOD PATH STATUS [COUNT]".
func ParseFailure(text string) (f Failure, err error) {
	words := strings.Fields(text)
	if len(words) < 3 || len(words) > 4 {
		return f, errors.New("must be METHOD PATH STATUS [COUNT], such as \"POST /ideas 500 1\"")
	}
	f.Method, f.Path = strings.ToUpper(words[0]), words[1]
	if !strings.HasPrefix(f.Path, "/") || strings.ContainsAny(f.Path, "?#") {
		return f, errors.New("PATH must begin with / and have no query")
	}
	if _, err := path.Match(f.Path, ""); err != nil {
		return f, errors.New("PATH is not a valid pattern")
	}
	if f.Status, err = strconv.Atoi(words[2]); err != nil || f.Status < 400 || f.Status > 599 {
		return f, errors.New("STATUS must be 400 to 599")
	}
	if len(words) == 4 {
		if f.Count, err = strconv.Atoi(words[3]); err != nil || f.Count < 1 {
			return f, errors.New("COUNT must be a whole number of at least 1")
		}
	}
	return f, nil
}

func (f Failure) matches(r *http.Request) bool {
	if f.Method != "*" && f.Method != r.Method {
		return false
	}
	for _, at := range []string{r.URL.Path, strings.TrimPrefix(r.URL.Path, api.Prefix)} {
		if found, err := path.Match(f.Path, at); err == nil && found {
			return true
		}
	}
	return false
}

// failing waits for the delay, answers requests that are to fail, and passes all others to
// next.
func failing(next http.Handler, failures []Failure, delay time.Duration, log *lineLog) http.Handler {
	var mu sync.Mutex
	used := make([]int, len(failures))
	due := func(r *http.Request) *Failure {
		mu.Lock()
		defer mu.Unlock()
		for i, f := range failures {
			if f.matches(r) && (f.Count == 0 || used[i] < f.Count) {
				used[i]++
				return &f
			}
		}
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if delay > 0 {
			timer := time.NewTimer(delay)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
				return
			}
		}
		if f := due(r); f != nil {
			reply.Error(w, f.problem(), log.printf)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// problem returns the error in the words of the service.
func (f Failure) problem() *reply.Problem {
	p := &reply.Problem{Status: f.Status, Text: http.StatusText(f.Status)}
	switch f.Status {
	case http.StatusUnauthorized:
		return api.Unauthorized()
	case http.StatusTooManyRequests:
		p.Text = "Rate limit exceeded"
		p.Header = http.Header{"Retry-After": {"1"}}
	case http.StatusServiceUnavailable:
		p.Header = http.Header{"Retry-After": {"1"}}
	case http.StatusInternalServerError:
		p.Text = "Internal server error"
	}
	if p.Text == "" {
		p.Text = fmt.Sprintf("HTTP %d", f.Status)
	}
	return p
}
