package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// methods are the methods of the API.
var methods = []string{"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"}

// request is the parsed command line.
type request struct {
	method, path string
	fields       fields
	header       http.Header
	input        string
	paginate     bool
}

// addHeader adds a header of -H. The client checks which headers are allowed.
func (r *request) addHeader(line string) error {
	name, value, found := strings.Cut(line, ":")
	if !found || name == "" {
		return errors.New("must be NAME: VALUE")
	}
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Add(name, strings.Trim(value, " \t"))
	return nil
}

// target parses METHOD and PATH, if -X is not given.
func (r *request) target(args []string) error {
	switch len(args) {
	case 1:
		if slices.Contains(methods, args[0]) { // no path of the API has such a name
			return plugin.Usagef("needs a path after %s, as in `nrepo api GET /user/me`", args[0])
		}
		r.method, r.path = strings.ToUpper(r.method), args[0]
	case 2:
		if r.method != "" {
			return plugin.Usagef("-X and the argument METHOD cannot be used together")
		}
		r.method, r.path = strings.ToUpper(args[0]), args[1]
	default:
		return plugin.Usagef("needs a path, optionally after a method, as in `nrepo api GET /user/me`")
	}
	sends := len(r.fields) > 0 || r.input != ""
	switch {
	case r.input != "" && len(r.fields) > 0:
		return plugin.Usagef("--input cannot be used together with -f or -F")
	case r.paginate && r.input != "":
		return plugin.Usagef("--paginate and --input cannot be used together")
	case r.method == "" && sends && !r.paginate:
		r.method = http.MethodPost
	case r.method == "":
		r.method = http.MethodGet
	}
	if r.paginate && r.method != http.MethodGet {
		return plugin.Usagef("--paginate is for GET only")
	}
	return nil
}

// maxInput limits the body. The service accepts far less.
const maxInput = 16 << 20

func (r *request) build(ctx context.Context, env *plugin.Env) (req neuralrepo.Request, err error) {
	req = neuralrepo.Request{Method: r.method, Path: r.path, Header: r.header}
	if err := r.fields.read(ctx, env); err != nil {
		return req, err
	}
	switch {
	case r.input != "":
		req.Body, err = env.ReadInput(ctx, r.input, maxInput)
	case len(r.fields) > 0 && (r.method == http.MethodGet || r.method == http.MethodHead):
		separator := "?"
		if strings.Contains(r.path, "?") {
			separator = "&"
		}
		req.Path += separator + r.fields.query()
	case len(r.fields) > 0:
		req.Body, err = r.fields.object()
	}
	return req, err
}
