package main

import (
	"context"
	"errors"
	"flag"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete
	var r request
	var o options
	fs := flag.NewFlagSet("api", flag.ContinueOnError)
	fs.StringVar(&r.method, "X", "", "the `METHOD`, as in curl and gh")
	fs.Func("f", "send the field `KEY=VALUE`, a text; may be given again", r.fields.addText)
	fs.Func("F", "the same with a `KEY=VALUE` that may be a number, true, false, null, or @FILE (@- is stdin)", r.fields.addTyped)
	fs.Func("H", "send the header `NAME: VALUE`; may be given again", r.addHeader)
	fs.StringVar(&r.input, "input", "", "send the content of `FILE`, - for stdin, as the body")
	fs.BoolVar(&r.paginate, "paginate", false, "get all pages of a list, as one array")
	fs.Func("jq", "print what the jq expression `EXPR` makes of the answer", func(expression string) (err error) {
		o.filter, err = compile(expression)
		return err
	})
	fs.BoolVar(&o.include, "i", false, "print the status line and the headers too")
	showFormat := fs.Bool("format", false, "make no request: print the output format in effect, json or human")
	return env.Run(ctx, &ffcli.Command{
		Name:       "api",
		ShortUsage: "nrepo api [METHOD] PATH [flags]\nnrepo api --format",
		ShortHelp:  plugin.SummaryMarker + "Make an authenticated API request" + plugin.CompleteMarker,
		LongHelp: `
PATH is relative to the API, such as /user/me. METHOD defaults to GET, and to
POST where there is something to send. The fields become a JSON object,
KEY[]=VALUE a list in it; with GET they become the query. The body of the answer
goes to stdout, JSON indented by two spaces.

--paginate asks for page after page; limit is the size of a page. --jq prints
each result in one line, a text without quotes. With --paginate the expression
gets one array, and nothing is printed unless all pages came. No jq need be
installed, and an expression reads no files and no variables.

A plugin that is a script asks with --format how to print its own result:
what a flag of nrepo or NEURALREPO_OUTPUT says, else the login's default.

Examples:
  nrepo api /user/me --jq .email
  nrepo api --paginate /ideas -f status=captured --jq '.[].title'
  nrepo api /ideas -f title="Solar-powered bus stops" -f tags[]=energy
  nrepo api -X PATCH /ideas/42 -F body=@notes.md
  nrepo api --format` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if *showFormat {
				return printFormat(env, args)
			}
			if err := r.target(args); err != nil {
				return err
			}
			return call(ctx, env, r, o)
		},
	})
}

// options say how the answer is printed.
type options struct {
	include bool
	filter  *filter // nil without --jq
}

func call(ctx context.Context, env *plugin.Env, r request, o options) error {
	if o.include && (r.paginate || o.filter != nil) {
		return plugin.Usagef("-i cannot be used together with --paginate or --jq")
	}
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err != nil {
		return err
	}
	req, err := r.build(ctx, env)
	if err != nil {
		return err
	}
	if r.paginate {
		return printPages(ctx, env, client, req, o.filter)
	}
	resp, err := client.Do(ctx, req)
	switch {
	case o.include && resp != nil:
		if headErr := writeHead(env.Stdout, resp); headErr != nil {
			return headErr
		}
		if bodyErr := writeBody(env, resp.Body); bodyErr != nil {
			return bodyErr
		}
		return err
	case err != nil:
		return err
	case o.filter == nil:
		return writeBody(env, resp.Body)
	case len(resp.Body) == 0:
		return nil
	}
	input, err := decode(resp.Body)
	if err != nil {
		return errors.New("the answer is not JSON, which --jq needs")
	}
	return o.filter.print(ctx, env, input)
}
