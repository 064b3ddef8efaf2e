package main

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// FuzzCallbackRequest holds that of all requests only a GET of the callback at
// our own host, with our state, is the answer, and that no page repeats
// anything of a request or lets another site read it.
func FuzzCallbackRequest(f *testing.F) {
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return // net/http refuses it
		}
		c := newCallback(expected{state: "the-state", param: "code", issuer: "https://a.example", sendsIssuer: true}, "127.0.0.1:4711")
		c.settle(pageSuccess)
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		query := r.URL.Query()
		right := r.Method == http.MethodGet && r.URL.Path == callbackPath && slices.Contains(c.hosts, r.Host) &&
			slices.Equal(query["state"], []string{"the-state"}) && slices.Equal(query["iss"], []string{"https://a.example"})
		if (w.Code == 200) != (len(c.arrived) == 1) || w.Code == 200 && !right {
			t.Errorf("%q: status %d, %d answers", raw, w.Code, len(c.arrived))
		}
		for _, p := range []page{pageSuccess, pageForeign, pageNotFound, pageMethod, pageMisdirected} {
			if p.status != w.Code {
				continue
			}
			own := httptest.NewRecorder()
			p.write(own)
			own.Header().Set("Allow", w.Header().Get("Allow"))
			if own.Body.String() != w.Body.String() || len(own.Header()) < len(w.Header()) {
				t.Errorf("%q: status %d, %v\n%s", raw, w.Code, w.Header(), w.Body)
			}
			return
		}
		t.Errorf("%q: status %d", raw, w.Code)
	})
}
