package neuralrepo

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ID is the id of an idea, a relation, a key or a user, or the number of an idea.
// The service sends some as numbers and some as strings; both are kept as text. ""
// means none.
type ID string

// UnmarshalJSON accepts a number, a string, and null for "".
func (id *ID) UnmarshalJSON(doc []byte) error {
	if isNumber(string(doc)) { // the usual form
		*id = ID(doc)
		return nil
	}
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

// MarshalJSON encodes whole numbers, such as ids of ideas, as numbers, "" as null,
// and everything else as a string.
func (id ID) MarshalJSON() ([]byte, error) {
	if isNumber(string(id)) { // the usual form
		return []byte(id), nil
	}
	if id == "" {
		return []byte("null"), nil
	}
	if n, err := strconv.ParseInt(string(id), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(id) {
		return []byte(id), nil
	}
	return json.Marshal(string(id))
}

// Time is a time as the service sent it. Time.Time is not embedded, because its
// methods, such as String, ignore Text.
type Time struct {
	// Time is zero if the service sent null or a text that cannot be parsed.
	Time time.Time
	// Text is the text from the service; "" for null.
	Text string
}

// UnmarshalJSON accepts ISO 8601 with a zone, as in "2026-03-24T12:00:00Z",
// SQLite's "2026-03-24 12:00:00", which is UTC, and a day, "2026-03-24". Other
// texts are not an error; they only set Text.
func (t *Time) UnmarshalJSON(doc []byte) error {
	*t = Time{}
	if string(doc) == "null" {
		return nil
	}
	if inside, ok := plainString(doc); ok {
		t.Text = inside
	} else if t.Text = string(doc); json.Unmarshal(doc, &t.Text) != nil || t.Text == "" {
		t.Text = string(doc)
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		at, err := time.Parse(layout, t.Text)
		if year := at.UTC().Year(); err == nil && year >= 0 && year <= 9999 { // RFC 3339 has no other years, and UTC may be in another year
			t.Time = at
			return nil
		}
	}
	return nil
}

// plainString returns the content of a JSON string if it is not empty and consists
// of printable ASCII without a backslash.
func plainString(doc []byte) (string, bool) {
	last := len(doc) - 1
	if last < 2 || doc[0] != '"' || doc[last] != '"' {
		return "", false
	}
	for _, c := range doc[1:last] {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return "", false
		}
	}
	return string(doc[1:last]), true
}

// MarshalJSON encodes the time in UTC (RFC 3339), or null if there is none.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.Time.IsZero() {
		return []byte("null"), nil
	}
	return t.Time.UTC().MarshalJSON()
}

// Date returns the day in UTC, such as "2026-01-15", or "never" if the service
// sent null. If the time cannot be parsed, Date returns Text, safe to print and
// cut to 40 characters.
func (t Time) Date() string {
	switch {
	case !t.Time.IsZero():
		return t.Time.UTC().Format(time.DateOnly)
	case t.Text == "":
		return "never"
	}
	return output.SafeLine(shorten(t.Text, 40))
}

// shorten cuts text to limit characters.
func shorten(text string, limit int) string {
	for i := range text {
		if limit == 0 {
			return text[:i] + "…"
		}
		limit--
	}
	return text
}
