package main

import (
	"context"
	"errors"
	"flag"
	"io"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete
	var r request
	var o options
	fs := flag.NewFlagSet("api", flag.ContinueOnError)
	fs.StringVar(&r.method, "X", "", "the `METHOD`, as in curl")
	fs.Func("f", "send the field `KEY=VALUE` as a string; may be repeated", r.fields.addText)
	fs.Func("F", "send the field `KEY=VALUE`, where VALUE may be a number, true, false, null, or @FILE (@- is stdin)", r.fields.addTyped)
	fs.Func("H", "send the header `NAME: VALUE`; may be repeated", r.addHeader)
	fs.StringVar(&r.input, "input", "", "send the contents of `FILE` as the body; - is stdin")
	fs.BoolVar(&r.paginate, "paginate", false, "get all pages of a list as one array")
	fs.Func("jq", "filter the response with the jq expression `EXPR`", func(expression string) (err error) {
		o.filter, err = compile(expression)
		return err
	})
	fs.BoolVar(&o.include, "i", false, "also print the status line and the headers")
	fs.BoolVar(&o.silent, "silent", false, "do not print the response")
	for name, ours := range ghNames {
		placeholder, _ := flag.UnquoteUsage(fs.Lookup(ours))
		usage := "-" + ours
		if len(ours) > 1 {
			usage = "--" + ours
		}
		if placeholder != "" {
			usage += " `" + placeholder + "`"
		}
		fs.Var(fs.Lookup(ours).Value, name, "the same as "+usage)
	}
	showFormat := fs.Bool("format", false, "print the output format, json or human, and make no request")
	return env.Run(ctx, &ffcli.Command{
		Name:       "api",
		ShortUsage: "nrepo api [METHOD] PATH [flags]\nnrepo api --format",
		ShortHelp:  plugin.SummaryMarker + "Make an authenticated API request" + plugin.CompleteMarker,
		LongHelp: `
PATH is relative to the API, such as /user/me. METHOD defaults to GET, or to
POST if there is something to send. Fields become a JSON object, and KEY[]=VALUE
a list in it; with GET, fields become the query. The response body is printed,
with JSON indented by two spaces.

With --paginate, the field limit sets the size of a page. --jq prints each
result on one line, and strings without quotes. With --paginate, the expression
gets one array, and prints only after all pages have arrived. You do not need to
install jq. Expressions cannot read files or variables.

Scripts use --format to find out how to print their own results. It prints the
format of --json or --human before the command, or else of NEURALREPO_OUTPUT, or
else the default format of the login.

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

// ghNames are the names that these flags have in "gh api".
var ghNames = map[string]string{"method": "X", "raw-field": "f", "field": "F", "header": "H", "include": "i", "q": "jq"}

// options are how to print the response.
type options struct {
	include bool
	silent  bool
	filter  *filter // nil without --jq
}

func call(ctx context.Context, env *plugin.Env, r request, o options) error {
	if o.include && (r.paginate || o.filter != nil) {
		return plugin.Usagef("-i cannot be used together with --paginate or --jq")
	}
	if o.silent {
		env.Stdout = io.Discard
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
		return errors.New("the response is not JSON, so --jq cannot be used")
	}
	return o.filter.print(ctx, env, input)
}
