package neuralrepo

import (
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Error is a response of the service with an error status
// (https://docs.neuralrepo.com/api/errors).
type Error struct {
	// Status is the HTTP status.
	Status int
	// Message is the text from the service, at most 500 characters, or a text of
	// this package if the service sent none.
	Message string
	// Code is the code from the service, such as "validation_error"; usually "".
	Code string
	// RetryAfter is how long the service asks to wait; 0 if it does not.
	RetryAfter time.Duration

	failure *apihttp.Failure // nil for an error created by a test
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause of e.
func (e *Error) Unwrap() error {
	if e.failure == nil {
		return nil
	}
	return e.failure
}

// Report returns e in the form that commands report.
func (e *Error) Report() *output.Error {
	report := &output.Error{Code: output.HTTPCode(e.Status), Status: e.Status, Err: e}
	if e.failure != nil {
		report.Hint = e.failure.Hint
	}
	return report
}

// asError returns an *Error if the service answered with an error status, and otherwise
// err unchanged.
func asError(err error) error {
	f := apihttp.AsFailure(err)
	if f == nil || f.Code != output.HTTPCode(f.Status) {
		return err
	}
	return &Error{Status: f.Status, Message: f.Text, Code: f.Reason, RetryAfter: f.RetryAfter, failure: f}
}

// hintOfLost replaces the hint of an error if the request may have succeeded. The new hint should
// say how to check.
func hintOfLost(err error, hint string) error {
	if f := apihttp.AsFailure(err); f != nil && f.Unknown {
		return &output.Error{Code: f.Code, Status: f.Status, Err: err, Hint: hint}
	}
	return err
}
