package sandbox

import (
	"fmt"
	"testing"
	"time"
)

// Requests fail as often as Count says, and change nothing.
func TestFail(t *testing.T) {
	t.Parallel()
	var fail []Failure
	for _, text := range []string{"POST /ideas 503 2", "get /api/v1/ideas/* 500", "PATCH /user/me 401 1", "* /tags 429 1", "* /tags 502 1"} {
		f, err := ParseFailure(text)
		if err != nil {
			t.Fatal(err)
		}
		fail = append(fail, f)
	}
	s := start(t, Options{Fail: fail, RateLimit: 4})
	c := alice(t, s)
	for range 2 {
		if a := c.want(503, "POST", "/ideas", `{"title":"x"}`); a.header.Get("Retry-After") == "" || a.field("error") != "Service Unavailable" {
			t.Errorf("%v %v", a.header, a.body)
		}
	}
	c.want(201, "POST", "/ideas", `{"title":"x"}`)
	if n := len(c.want(200, "GET", "/ideas", "").field("ideas").([]any)); n != 1 {
		t.Errorf("%d ideas", n)
	}
	for range 3 {
		c.want(500, "GET", "/ideas/698", "")
	}
	c.want(200, "GET", "/ideas?limit=1", "")
	if a := c.want(401, "PATCH", "/user/me", `{"display_name":"x"}`); a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%v", a.header)
	}
	c.want(429, "GET", "/tags", "")
	c.want(502, "GET", "/tags", "")
	c.want(200, "GET", "/tags", "") // the fourth request that matches
	c.want(429, "GET", "/tags", "")
}

func TestParseFailure(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "POST /ideas", "POST /ideas x", "POST /ideas 200", "POST /ideas 600", "POST /ideas 500 0", "POST /ideas 500 x", "POST /ideas 500 1 2", "POST ideas 500", "POST /ideas?x 500", "POST /[ 500"} {
		if f, err := ParseFailure(text); err == nil {
			t.Errorf("%q is %v", text, f)
		}
	}
}

// A reply is not sent before the delay has passed.
func TestDelay(t *testing.T) {
	t.Parallel()
	const delay = 50 * time.Millisecond
	s := start(t, Options{Delay: delay, timeouts: timeouts{header: time.Minute, request: time.Minute, response: time.Minute, idle: time.Minute}})
	began := time.Now()
	alice(t, s).want(201, "POST", "/ideas", `{"title":"x"}`)
	if waited := time.Since(began); waited < delay {
		t.Errorf("answered after %v", waited)
	}
	if limit := s.http.WriteTimeout; limit != time.Minute+delay {
		t.Error(fmt.Sprint(limit))
	}
}

// FuzzParseFailure checks that an accepted failure has a method, a path and a status.
func FuzzParseFailure(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		failure, err := ParseFailure(text)
		if err == nil && (failure.Status < 400 || failure.Status > 599 || failure.Count < 0 || failure.Path[0] != '/' || failure.Method == "") {
			t.Errorf("%q is %+v", text, failure)
		}
	})
}
