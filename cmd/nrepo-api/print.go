package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func printFormat(env *plugin.Env, args []string) error {
	if len(args) > 0 {
		return plugin.Usagef("--format makes no request and takes no arguments")
	}
	format, err := env.Format()
	if err != nil {
		return err
	}
	_, err = io.WriteString(env.Stdout, string(format)+"\n")
	return err
}

func writeHead(w io.Writer, resp *neuralrepo.Response) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s\n", resp.Proto, resp.Status, http.StatusText(resp.Status))
	var head strings.Builder
	if err := resp.Header.Write(&head); err != nil {
		return err
	}
	for line := range strings.Lines(head.String()) {
		b.WriteString(output.SafeLine(strings.TrimRight(line, "\r\n")) + "\n")
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// writeBody prints JSON indented, and anything else unchanged, but made safe for a
// terminal.
func writeBody(env *plugin.Env, body []byte) error {
	if json.Valid(body) {
		return output.WriteJSON(env.Stdout, json.RawMessage(body))
	}
	text := string(body)
	if plugin.IsTerminal(env.Stdout) {
		text = output.SafeText(text)
	}
	_, err := io.WriteString(env.Stdout, text)
	return err
}
