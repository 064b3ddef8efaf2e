package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxRequestBody bounds a request's body in bytes. The largest documented
// idea, 50,000 characters with each one escaped, stays below it.
const maxRequestBody = 1 << 20

// fields is a JSON object as it came. Names are compared exactly and a field
// left out differs from a null one, unlike in a decoded struct.
type fields map[string]json.RawMessage

// readFields reads the body of a request, which must be one JSON object sent
// as application/json. With optional, no body at all is an empty object.
func readFields(r *http.Request, optional bool) (fields, error) {
	doc, err := io.ReadAll(r.Body)
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, badRequest("Request body could not be read")
	}
	if optional && len(doc) == 0 {
		return fields{}, nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, unsupportedMediaType()
	}
	var f fields
	if !utf8.Valid(doc) || json.Unmarshal(doc, &f) != nil || f == nil {
		return nil, badRequest("Request body must be a JSON object")
	}
	return f, nil
}

// text returns a string field of at least low and at most high characters.
// With low above 0, blanks alone are not enough.
func (f fields) text(name string, low, high int) (value string, given bool, err error) {
	raw, given := f[name]
	if !given {
		return "", false, nil
	}
	if raw[0] != '"' || json.Unmarshal(raw, &value) != nil {
		return "", true, badRequest("%s must be a string", label(name))
	}
	return value, true, checkLength(label(name), value, low, high)
}

func checkLength(name, value string, low, high int) error {
	n := utf8.RuneCountInString(value)
	switch {
	case low == 0 && n > high:
		return badRequest("%s must be at most %d characters", name, high)
	case n < low || n > high || low > 0 && strings.TrimSpace(value) == "":
		return badRequest("%s must be between %d and %d characters", name, low, high)
	}
	return nil
}

// oneOf returns a string field that must be one of allowed.
func (f fields) oneOf(name string, allowed []string) (value string, given bool, err error) {
	value, given, err = f.text(name, 0, 100)
	if given && err == nil {
		err = checkOneOf(label(name), value, allowed)
	}
	return value, given, err
}

func checkOneOf(name, value string, allowed []string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return badRequest("%s must be one of: %s", name, strings.Join(allowed, ", "))
}

// url returns a string field that must be an absolute URL with a host.
func (f fields) url(name string, high int) (value string, given bool, err error) {
	value, given, err = f.text(name, 0, high)
	if given && err == nil {
		if u, bad := url.Parse(value); bad != nil || u.Scheme == "" || u.Host == "" {
			err = badRequest("%s must be a valid URL", label(name))
		}
	}
	return value, given, err
}

// id returns a field that holds an id, a positive whole number.
func (f fields) id(name string) (value int64, given bool, err error) {
	raw, given := f[name]
	if !given {
		return 0, false, nil
	}
	if json.Unmarshal(raw, &value) != nil || value < 1 {
		return 0, true, badRequest("%s must be a positive whole number", label(name))
	}
	return value, true, nil
}

// label is a field's name as it stands at the start of a sentence.
func label(name string) string {
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
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
		return 0, badRequest("%s must be a whole number between %d and %d", label(name), low, high)
	}
	return n, nil
}

// pathID returns the id in the path, or a 404 that names what it is an id of.
func pathID(r *http.Request, name, what string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id < 1 {
		return 0, notFound(what)
	}
	return id, nil
}
