package output

import (
	"io"
	"strconv"
	"testing"
)

// BenchmarkTable writes a page of a list, with some wide characters.
func BenchmarkTable(b *testing.B) {
	var rows [][]string
	for i := range 100 {
		rows = append(rows, []string{strconv.Itoa(i), "an idea of some words", "太陽光発電のバス停", "2026-01-15"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Table(io.Discard, true, []string{"ID", "Title", "Body", "Created"}, rows); err != nil {
			b.Fatal(err)
		}
	}
}

// user is about what the service says of a user.
const user = `{"id":"user_alice","email":"alice@example.com","display_name":"Alice Example","plan":"pro",` +
	`"settings_json":"{}","has_openai_key":false,"created_at":"2026-01-15T10:45:09Z","updated_at":"2026-01-15T10:45:09Z"}`

// BenchmarkResult is what whoami does with the reply.
func BenchmarkResult(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		doc, err := SetFields([]byte(user), Field{"auth_method", "api_key"}, Field{"source", "config"})
		if err == nil {
			err = WriteJSON(io.Discard, doc)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
