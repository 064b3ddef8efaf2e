//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// answers is a service with so many ideas. It sends fixed answers, so that only the client is
// measured. In its map, each idea is related to the next one.
type answers int

func (n answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch path := r.URL.Path; {
	case path == "/user/me":
		answerUser(w, r)
	case path == "/map":
		n.drawMap(w)
	case path == "/ideas/search":
		fmt.Fprintf(w, `{"results":[%s],"mode":"keyword"}`, idea(12))
	case r.Method == http.MethodPost:
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, idea(int(n)+1))
	case path == "/ideas":
		n.list(w, r)
	default:
		number, err := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
		if err != nil {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, idea(number))
	}
}

// list writes a page of the ideas, newest first.
func (n answers) list(w io.Writer, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	var page []string
	for i := offset; i < min(int(n), offset+limit); i++ {
		page = append(page, idea(int(n)-i))
	}
	fmt.Fprintf(w, `{"ideas":[%s],"has_more":%v}`, strings.Join(page, ","), offset+limit < int(n))
}

func (n answers) drawMap(w io.Writer) {
	io.WriteString(w, `{"nodes":[`)
	for i := range int(n) {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"id":%d,"title":"Idea %d of the list","status":"captured","tags":[]}`, i+1, i+1)
	}
	io.WriteString(w, `],"edges":[`)
	for i := 1; i < int(n); i++ {
		if i > 1 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"id":%d,"source":%d,"target":%d,"relation_type":"related"}`, i, i, i+1)
	}
	io.WriteString(w, `]}`)
}

func idea(n int) string {
	return fmt.Sprintf(`{"id":%d,"number":%d,"title":"Idea %d of the list","body":"","status":"captured","tags":[],`+
		`"created_at":"2026-01-15T10:45:09Z","updated_at":"2026-01-15T10:45:09Z"}`, n, n, n)
}

func answerUser(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"id":"user_alice","email":"alice@example.com","display_name":"Alice Example","plan":"pro",`+
		`"settings_json":"{}","created_at":"2026-01-15T10:45:09Z","updated_at":"2026-01-15T10:45:09Z"}`)
}
