package neuralrepo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkIdeaPage decodes a page of 100 ideas of 2 kB.
func BenchmarkIdeaPage(b *testing.B) {
	var items []string
	for id := range 100 {
		items = append(items, fmt.Sprintf(`{"id":%d,"number":%d,"title":"An idea about bus stops","body":"%s","status":"captured","source":"cli","source_url":null,`+
			`"tags":["bus","stop"],"is_archived":false,"created_at":"2026-01-15T12:00:00Z","updated_at":"2026-01-15T12:00:00Z"}`, id+1000, id, strings.Repeat("words and ", 200)))
	}
	doc := []byte(`{"ideas":[` + strings.Join(items, ",") + `],"has_more":true}`)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	c := clientOf(roundTrip(func(r *http.Request) *http.Response {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(doc)), Request: r}
	}))
	for b.Loop() {
		if page, err := c.Ideas(b.Context(), IdeaFilter{}); err != nil || len(page.Ideas) != 100 {
			b.Fatal(err)
		}
	}
}

// BenchmarkMap decodes a map of 10,000 ideas and 20,000 relations.
func BenchmarkMap(b *testing.B) {
	var doc bytes.Buffer
	doc.WriteString(`{"nodes":[{"id":1,"title":"x","status":"captured","tags":[]}`)
	for id := range 10_000 {
		fmt.Fprintf(&doc, `,{"id":%d,"title":"An idea about bus stops","status":"captured","tags":["bus","stop"]}`, id+1000)
	}
	doc.WriteString(`],"edges":[{"id":0,"source":1,"target":1,"relation_type":"related","note":null}`)
	for id := range 20_000 {
		fmt.Fprintf(&doc, `,{"id":%d,"source":%d,"target":%d,"relation_type":"related","note":null}`, id, id/2+1000, id%10_000+1000)
	}
	doc.WriteString(`]}`)
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readMap(bytes.NewReader(doc.Bytes()), packer.node); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCache finds the numbers that begin with 99 in a cache of 10,000 ideas.
func BenchmarkCache(b *testing.B) {
	content := []byte(cacheHeader)
	for n := range 10_000 {
		content = fmt.Appendf(content, "%d\t%d\tcaptured\tAn idea about bus stops\n", n+1, n+1000)
	}
	c := Cache{content}
	for b.Loop() {
		found := 0
		for i := range c.Ideas() {
			if strings.HasPrefix(string(i.Number), "99") {
				found++
			}
		}
		if found != 111 {
			b.Fatal(found)
		}
	}
}
