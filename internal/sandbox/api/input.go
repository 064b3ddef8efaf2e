package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// maxBody limits a request's body in bytes. The largest documented idea, 50,000 escaped
// characters, is smaller.
const maxBody = 1 << 20

// fields is a JSON object. Unlike in a decoded struct, names must match exactly, and a
// missing field differs from null.
type fields map[string]json.RawMessage

// readFields reads the body of a request, which must be one JSON object sent
// as application/json. With optional, no body at all is an empty object.
func readFields(r *http.Request, optional bool) (fields, error) {
	doc, err := io.ReadAll(r.Body)
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return nil, &reply.Problem{Status: http.StatusRequestEntityTooLarge, Text: fmt.Sprintf("Request body must be at most %d bytes", maxBody)}
	}
	if err != nil {
		return nil, reply.BadRequest("Request body could not be read")
	}
	if optional && len(doc) == 0 {
		return fields{}, nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, &reply.Problem{Status: http.StatusUnsupportedMediaType, Text: "Content-Type must be application/json"}
	}
	var f fields
	if !utf8.Valid(doc) || json.Unmarshal(doc, &f) != nil || f == nil {
		return nil, reply.BadRequest("Request body must be a JSON object")
	}
	return f, nil
}

// text returns a string field of low to high characters, or nil if it is not given. If
// low is above 0, a string of blanks is an error.
func (f fields) text(name string, low, high int) (*string, error) {
	raw, given := f[name]
	if !given {
		return nil, nil
	}
	var value string
	if raw[0] != '"' || json.Unmarshal(raw, &value) != nil {
		return nil, reply.BadRequest("%s must be a string", label(name))
	}
	return &value, checkLength(label(name), value, low, high)
}

func checkLength(name, value string, low, high int) error {
	n := utf8.RuneCountInString(value)
	switch {
	case low == 0 && n > high:
		return reply.BadRequest("%s must be at most %d characters", name, high)
	case n < low || n > high || low > 0 && strings.TrimSpace(value) == "":
		return reply.BadRequest("%s must be between %d and %d characters", name, low, high)
	}
	return nil
}

// oneOf returns a string field that must be one of allowed, or nil if it is not
// given.
func (f fields) oneOf(name string, allowed []string) (*string, error) {
	value, err := f.text(name, 0, 100)
	if value != nil && err == nil {
		err = checkOneOf(label(name), *value, allowed)
	}
	return value, err
}

func checkOneOf(name, value string, allowed []string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return reply.BadRequest("%s must be one of: %s", name, strings.Join(allowed, ", "))
}

// url returns a string field that must be an absolute URL with a host, or nil if it
// is not given.
func (f fields) url(name string, high int) (*string, error) {
	value, err := f.text(name, 0, high)
	if value != nil && err == nil {
		if u, bad := url.Parse(*value); bad != nil || u.Scheme == "" || u.Host == "" {
			err = reply.BadRequest("%s must be a valid URL", label(name))
		}
	}
	return value, err
}

// id returns a field with an id, which is a positive whole number, or 0 if it is not
// given.
func (f fields) id(name string) (value int64, err error) {
	raw, given := f[name]
	if given && (json.Unmarshal(raw, &value) != nil || value < 1) {
		return 0, reply.BadRequest("%s must be a positive whole number", label(name))
	}
	return value, nil
}

// or returns the value, or the fallback if it was not given.
func or(value *string, fallback string) string {
	if value == nil {
		return fallback
	}
	return *value
}

// label returns a field's name for the start of a sentence.
func label(name string) string {
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// tags returns a field with at most [store.MaxTags] tags of 1 to 50 characters each, or nil if
// it is not given. Repeated names count once.
func (f fields) tags(field string) (*[]string, error) {
	raw, given := f[field]
	if !given {
		return nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || list == nil {
		return nil, reply.BadRequest("%s must be an array of strings", label(field))
	}
	if len(list) > store.MaxTags {
		return nil, reply.BadRequest("%s must be at most %d", label(field), store.MaxTags)
	}
	names := []string{}
	for _, item := range list {
		name, err := fields{"each tag": item}.text("each tag", 1, 50)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(names, *name) {
			names = append(names, *name)
		}
	}
	return &names, nil
}

// page returns the limit (default 20, 1 to 100) and offset (default 0) of a
// list (https://docs.neuralrepo.com/api/overview).
func page(query url.Values) (limit, offset int, err error) {
	if limit, err = queryInt(query, "limit", 20, 1, 100); err != nil {
		return 0, 0, err
	}
	offset, err = queryInt(query, "offset", 0, 0, 1<<31-1)
	return limit, offset, err
}

func queryInt(query url.Values, name string, fallback, low, high int) (int, error) {
	if !query.Has(name) {
		return fallback, nil
	}
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < low || n > high {
		return 0, reply.BadRequest("%s must be a whole number between %d and %d", label(name), low, high)
	}
	return n, nil
}

// pathID returns the id in the path. If it is not an id, the error is a 404.
func pathID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id < 1 {
		return 0, reply.NoRoute()
	}
	return id, nil
}
