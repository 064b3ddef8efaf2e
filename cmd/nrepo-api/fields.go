package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// fields are the fields of -f and -F, in the order given.
type fields []field

type field struct {
	key, value string
	list       bool // given as KEY[]
	typed      bool // given with -F
	isText     bool // with -F: the content of a file, which is never parsed as JSON
}

// addText adds a field of -f.
func (fs *fields) addText(text string) error {
	key, value, found := strings.Cut(text, "=")
	key, list := strings.CutSuffix(key, "[]")
	if !found || key == "" {
		return errors.New("must be KEY=VALUE")
	}
	*fs = append(*fs, field{key: key, value: value, list: list})
	return nil
}

// addTyped adds a field of -F.
func (fs *fields) addTyped(text string) error {
	if err := fs.addText(text); err != nil {
		return err
	}
	(*fs)[len(*fs)-1].typed = true
	return nil
}

// read replaces @FILE with the content of the file.
func (fs fields) read(ctx context.Context, env *plugin.Env) error {
	stdin := false
	for i, f := range fs {
		name, isFile := strings.CutPrefix(f.value, "@")
		if !f.typed || !isFile {
			continue
		}
		if name == "-" && stdin {
			return plugin.Usagef("-F reads @- twice, but stdin can be read only once")
		}
		stdin = stdin || name == "-"
		text, err := env.ReadInput(ctx, name, maxInput)
		if err != nil {
			return err
		}
		fs[i].value, fs[i].isText = string(text), true
	}
	return nil
}

// query returns the fields as the query of a URL.
func (fs fields) query() string {
	values := url.Values{}
	for _, f := range fs {
		values.Add(f.key, f.value)
	}
	return values.Encode()
}

// object returns the fields as a JSON object. A key has one value or a list.
func (fs fields) object() ([]byte, error) {
	object := map[string]any{}
	for _, f := range fs {
		list, isList := object[f.key].([]any)
		_, given := object[f.key]
		switch {
		case !utf8.ValidString(f.key) || !utf8.ValidString(f.value):
			return nil, plugin.Usagef("a field must be UTF-8 text")
		case f.list && (isList || !given):
			object[f.key] = append(list, f.json())
		case given:
			return nil, plugin.Usagef("a field is given twice; use KEY[]=VALUE for a list")
		default:
			object[f.key] = f.json()
		}
	}
	return json.Marshal(object)
}

// json returns the value for encoding/json.
func (f field) json() any {
	switch {
	case !f.typed || f.isText:
	case f.value == "true" || f.value == "false" || f.value == "null" || isNumber(f.value):
		return json.RawMessage(f.value) // a number keeps its digits
	}
	return f.value
}

// isNumber reports whether text is a JSON number.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "+-.0123456789Ee") == "" && json.Valid([]byte(text))
}
