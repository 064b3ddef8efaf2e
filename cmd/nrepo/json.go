package main

import (
	"encoding/json"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// document returns a value as JSON, indented by two spaces, safe to show.
func document(v any) string { return encode(v, "  ") }

// jsonLine returns a value as JSON on one line.
func jsonLine(v any) string { return encode(v, "") }

func encode(v any, indent string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	e.Encode(v) // strings, booleans and lists of them always can be
	return termtext.JSON(b.String())
}
