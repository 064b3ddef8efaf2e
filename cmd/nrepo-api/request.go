package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// request is what the command line asks for.
type request struct {
	method, path string
	fields       []field
	input        string
	include      bool
}

type field struct {
	key, value string
	list       bool
}

func (r *request) addField(text string) error {
	key, value, found := strings.Cut(text, "=")
	key, list := strings.CutSuffix(key, "[]")
	if !found || key == "" {
		return errors.New("must be KEY=VALUE")
	}
	r.fields = append(r.fields, field{key, value, list})
	return nil
}

// target reads METHOD and PATH.
func (r *request) target(args []string) error {
	switch len(args) {
	case 1:
		if slices.Contains(methods, args[0]) { // no path of the API is named so
			return plugin.Usagef("needs a path after %s, as in `nrepo api GET /user/me`", args[0])
		}
		r.method, r.path = http.MethodGet, args[0]
		if len(r.fields) > 0 || r.input != "" {
			r.method = http.MethodPost
		}
	case 2:
		r.method, r.path = strings.ToUpper(args[0]), args[1]
	default:
		return plugin.Usagef("needs a path, and before it perhaps a method, as in `nrepo api GET /user/me`")
	}
	if r.input != "" && len(r.fields) > 0 {
		return plugin.Usagef("-f and --input exclude each other")
	}
	return nil
}

// maxInput bounds the body; the service takes far less.
const maxInput = 16 << 20

func (r *request) build(ctx context.Context, env *plugin.Env) (req neuralrepo.Request, err error) {
	req = neuralrepo.Request{Method: r.method, Path: r.path}
	switch {
	case r.input != "":
		req.Body, err = env.ReadInput(ctx, r.input, maxInput)
	case len(r.fields) > 0 && (r.method == http.MethodGet || r.method == http.MethodHead):
		separator := "?"
		if strings.Contains(r.path, "?") {
			separator = "&"
		}
		req.Path += separator + r.query()
	case len(r.fields) > 0:
		req.Body, err = r.object()
	}
	return req, err
}

func (r *request) query() string {
	values := url.Values{}
	for _, f := range r.fields {
		values.Add(f.key, f.value)
	}
	return values.Encode()
}

// object is the fields as a JSON object. A key is either one text or a list.
func (r *request) object() ([]byte, error) {
	object := map[string]any{}
	for _, f := range r.fields {
		list, isList := object[f.key].([]string)
		switch {
		case !utf8.ValidString(f.key) || !utf8.ValidString(f.value):
			return nil, plugin.Usagef("-f must be UTF-8 text")
		case f.list && (isList || object[f.key] == nil):
			object[f.key] = append(list, f.value)
		case object[f.key] != nil:
			return nil, plugin.Usagef("-f names a field twice; a list is KEY[]=VALUE")
		default:
			object[f.key] = f.value
		}
	}
	return json.Marshal(object)
}
