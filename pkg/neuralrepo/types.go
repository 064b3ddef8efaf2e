package neuralrepo

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// ID is the id of a key, an idea or a user. The service sends some as numbers
// and some as strings; both are held as text.
type ID string

// UnmarshalJSON accepts a number or a string.
func (id *ID) UnmarshalJSON(doc []byte) error {
	if len(doc) > 0 && doc[0] == '"' {
		return json.Unmarshal(doc, (*string)(id))
	}
	var n json.Number
	if err := json.Unmarshal(doc, &n); err != nil {
		return err
	}
	*id = ID(n)
	return nil
}

// Time is a point in time as the service writes it. One that cannot be read,
// or is null, is the zero time.
type Time struct{ time.Time }

// UnmarshalJSON accepts ISO 8601 as in "2026-03-24T12:00:00Z" and SQLite's
// "2026-03-24 12:00:00", which is UTC.
func (t *Time) UnmarshalJSON(doc []byte) error {
	var text string
	if json.Unmarshal(doc, &text) != nil {
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		at, err := time.Parse(layout, text)
		if year := at.UTC().Year(); err == nil && year >= 0 && year <= 9999 { // as UTC it must be writable too
			t.Time = at
			return nil
		}
	}
	return nil
}

// Date returns the day in UTC, such as "2026-01-15", and "never" for the zero
// time.
func (t Time) Date() string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}

// decodeRaw decodes the object doc into fields and returns a copy of it to keep.
func decodeRaw(doc []byte, fields any) (json.RawMessage, error) {
	if !bytes.HasPrefix(doc, []byte("{")) {
		return nil, errors.New("not an object")
	}
	return bytes.Clone(doc), json.Unmarshal(doc, fields)
}
