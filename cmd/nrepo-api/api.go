package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete
	var r request
	fs := flag.NewFlagSet("api", flag.ContinueOnError)
	fs.Func("f", "send the field `KEY=VALUE`; may be given again", r.addField)
	fs.StringVar(&r.input, "input", "", "send the content of `FILE`, - for stdin, as the body")
	fs.BoolVar(&r.include, "i", false, "print the status line and the headers too")
	showFormat := fs.Bool("format", false, "make no request: print the output format in effect, json or human")
	return env.Run(ctx, &ffcli.Command{
		Name:       "api",
		ShortUsage: "nrepo api [METHOD] PATH [flags]\nnrepo api --format",
		ShortHelp:  plugin.SummaryMarker + "Make an authenticated API request" + plugin.CompleteMarker,
		LongHelp: `
PATH is relative to the API, such as /user/me. METHOD defaults to GET, and to
POST where there is something to send. The fields become a JSON object of
texts, KEY[]=VALUE a list of them; with GET they become the query. The body of
the answer goes to stdout, JSON indented by two spaces.

A plugin that is a script asks with --format how to print its own result:
what a flag of nrepo or NEURALREPO_OUTPUT says, else the login's default.

Examples:
  nrepo api /user/me
  nrepo api GET /ideas -f status=captured -f limit=5
  nrepo api POST /ideas -f title="Solar-powered bus stops" -f tags[]=energy
  nrepo api PATCH /ideas/42 --input change.json
  nrepo api --format`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if *showFormat {
				return printFormat(env, args)
			}
			if err := r.target(args); err != nil {
				return err
			}
			return call(ctx, env, r)
		},
	})
}

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

func call(ctx context.Context, env *plugin.Env, r request) error {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err != nil {
		return err
	}
	req, err := r.build(ctx, env)
	if err != nil {
		return err
	}
	resp, err := client.Do(ctx, req)
	if resp != nil && r.include {
		if err := writeHead(env.Stdout, resp); err != nil {
			return err
		}
	}
	if err != nil && (resp == nil || !r.include) {
		return err
	}
	if writeErr := writeBody(env, resp.Body); writeErr != nil {
		return writeErr
	}
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

// writeBody prints JSON indented, and anything else as it came, made safe where
// a terminal would obey it.
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
