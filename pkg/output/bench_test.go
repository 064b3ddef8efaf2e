package output

import (
	"io"
	"strconv"
	"testing"
)

// BenchmarkTable writes a page of a list, with some wide characters.
func BenchmarkTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		table := NewTable(io.Discard, TableOptions{Width: 80, Color: true}, Column{Header: "ID"}, Column{Header: "Title", Shrink: true},
			Column{Header: "Body", Shrink: true}, Column{Header: "Created"})
		for i := range 100 {
			table.Row(Cells(strconv.Itoa(i), "an idea of some words", "太陽光発電のバス停", "2026-01-15")...)
		}
		if err := table.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}

// user is a typical user object of the service.
const user = `{"id":"user_alice","email":"alice@example.com","display_name":"Alice Example","plan":"pro",` +
	`"settings_json":"{}","has_openai_key":false,"created_at":"2026-01-15T10:45:09Z","updated_at":"2026-01-15T10:45:09Z"}`

// BenchmarkResult writes a reply as whoami does.
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
