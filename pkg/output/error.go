package output

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// The codes of errors, for the field "code" of a JSON error. [HTTPCode] returns
// the code for an HTTP status.
const (
	CodeUsage        = "usage"         // wrong arguments, flags or variables
	CodeAuthRequired = "auth_required" // no credential, or one that has expired
	CodeNetwork      = "network_error" // no response from the service, or an incomplete one
	CodeCancelled    = "cancelled"     // the user answered no, or a login timed out
	CodeConfig       = "config_error"  // config.json cannot be used
	CodeUnknown      = "unknown"       // anything else
)

// HTTPCode returns the code for an HTTP status, such as "http_404".
func HTTPCode(status int) string { return "http_" + strconv.Itoa(status) }

// Error is an error in the form that commands report.
type Error struct {
	// Code is one of the Code constants or an [HTTPCode]; "" means CodeUnknown.
	Code string
	// Status is the HTTP status; 0 if there was no response.
	Status int
	// Hint is a one-line text on what to do next; "" for none.
	Hint string
	// Err is what is wrong, in lower case and without a full stop. Required.
	Err error
}

// Error returns the text of e.Err.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// Report returns e, with CodeUnknown if Code is "".
func (e *Error) Report() *Error {
	if e.Code == "" {
		return &Error{Code: CodeUnknown, Status: e.Status, Hint: e.Hint, Err: e.Err}
	}
	return e
}

// Reporter is an error that knows how to report itself: an *[Error], or another
// type with more details.
type Reporter interface {
	error
	Report() *Error
}

// AsError returns the report of the first [Reporter] in the chain of err. If there
// is none, it wraps err with CodeUnknown.
func AsError(err error) *Error {
	if r, ok := errors.AsType[Reporter](err); ok {
		return r.Report()
	}
	return &Error{Code: CodeUnknown, Err: err}
}

// WriteError writes err to w in one Write. For people, it writes a line "name:
// text", with the HTTP status if there is one, and, if there is a hint, a second
// line "hint: text". As JSON, it writes one line,
// {"error":"text","code":"code","status":404,"hint":"text"}, without status and
// hint if they are not known. Text that looks like a credential is masked,
// including 64 hexadecimal digits.
func WriteError(w io.Writer, format Format, name string, err error) error {
	e := AsError(err)
	what, hint := secrettext.Mask(err.Error()), secrettext.Mask(e.Hint)
	var text string
	if format == JSON {
		doc, err := marshal(struct {
			Error  string `json:"error"`
			Code   string `json:"code"`
			Status int    `json:"status,omitempty"`
			Hint   string `json:"hint,omitempty"`
		}{what, e.Code, e.Status, hint})
		if err != nil {
			return err
		}
		text = termtext.JSON(string(doc)) + "\n"
	} else {
		text = name + ": " + SafeLine(what)
		if e.Status != 0 {
			text += fmt.Sprintf(" (HTTP %d)", e.Status)
		}
		text += "\n"
		if hint != "" {
			text += "hint: " + SafeLine(hint) + "\n"
		}
	}
	_, err = io.WriteString(w, text)
	return err
}

// WriteWarning writes a warning to w in one Write: "name: warning: text", or
// in JSON the line {"warning":"text"}. Credentials are masked as in WriteError.
func WriteWarning(w io.Writer, format Format, name, text string) error {
	text = secrettext.Mask(text)
	line := fmt.Sprintf("%s: warning: %s\n", name, SafeLine(text))
	if format == JSON {
		doc, err := marshal(map[string]string{"warning": text})
		if err != nil {
			return err
		}
		line = termtext.JSON(string(doc)) + "\n"
	}
	_, err := io.WriteString(w, line)
	return err
}
