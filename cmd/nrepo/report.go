package main

import (
	"io"
	"slices"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

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
		f = &failure{exit: 1, code: "unknown", text: termtext.Line(err.Error())}
	}
	hint := f.hint
	if slices.ContainsFunc(env.args, secrettext.HasKey) {
		hint = "an API key must not be an argument: revoke it with `nrepo key revoke`, it is in your shell's history now"
	}
	text := "nrepo: " + f.text + "\n"
	if hint != "" {
		text += "hint: " + hint + "\n"
	}
	if asJSON, err := env.wantsJSON(); asJSON && err == nil {
		text = jsonLine(struct {
			Error string `json:"error"`
			Code  string `json:"code"`
			Hint  string `json:"hint,omitempty"`
		}{f.text, f.code, hint})
	}
	io.WriteString(env.stderr, text)
	return f.exit
}
