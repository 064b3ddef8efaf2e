package main

import (
	"embed"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

//go:embed usage completions
var texts embed.FS

// page returns what `nrepo help NAME` prints for a built-in or the topic environment, and
// "" for another name.
func page(name string) string {
	text, _ := texts.ReadFile("usage/" + name + ".txt")
	return string(text)
}

func show(env *environment, text string) error {
	if _, err := io.WriteString(env.stdout, text); err != nil {
		return &failure{exitFailure, "cannot write the result: " + termtext.Line(progfile.ErrorText(err)), ""}
	}
	return nil
}

// report prints an error once and returns the exit code. In JSON mode it is one
// line on stderr:
//
//	{"error":"<text>","code":"usage|cannot_run|not_found|unknown","hint":"<if any>"}
func report(env *environment, err error) int {
	if err == nil {
		return 0
	}
	if code, ok := err.(exitCode); ok {
		return int(code)
	}
	f, ok := err.(*failure)
	if !ok {
		f = &failure{exitFailure, termtext.Line(err.Error()), ""}
	}
	hint := f.hint
	if slices.ContainsFunc(env.args, secrettext.HasKey) {
		hint = "an API key must not be an argument; it may be in your shell history: revoke it with `nrepo key revoke`"
	}
	said := secrettext.Mask(f.text)
	text := "nrepo: " + said + "\n"
	if hint != "" {
		text += "hint: " + hint + "\n"
	}
	if asJSON, err := env.wantsJSON(); asJSON && err == nil {
		text = document(struct {
			Error string `json:"error"`
			Code  string `json:"code"`
			Hint  string `json:"hint,omitempty"`
		}{said, f.code(), hint}, "")
	}
	io.WriteString(env.stderr, text)
	return f.exit
}

// document returns a value as JSON, safe to show, on one line if indent is "".
func document(v any, indent string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	e.Encode(v) // strings, booleans and lists of them cannot fail
	return termtext.JSON(b.String())
}
