package apihttp

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Failure is a failed request: the cause, the code and the status that a command
// reports, and a hint.
type Failure struct {
	// Code is a code of package output. If it is the code of Status, the service
	// itself answered.
	Code string
	// Status is the HTTP status. 0 if there was no response, or one that only
	// looked like a success.
	Status int
	// Text is the cause, at most some 500 characters.
	Text string
	// Hint is what to do; "" for none.
	Hint string
	// Reason is the code from the service, such as "validation_error"; usually "".
	Reason string
	// RetryAfter is how long the service asks to wait; 0 if it does not.
	RetryAfter time.Duration
	// Unknown reports whether the request may have succeeded. It is false for
	// requests that may be repeated.
	Unknown bool
	// TooLarge reports whether the response exceeds a limit, so that a smaller
	// request may work.
	TooLarge bool
	// Repeated reports whether an earlier attempt was sent and its response was
	// lost.
	Repeated bool

	err     error // error of the network; nil if there was a response
	sent    bool  // whether at least a part of the request was sent
	passing bool  // whether another attempt may succeed
}

// Error returns the cause.
func (f *Failure) Error() string { return f.Text }

// Unwrap returns the error of the network, if it was one.
func (f *Failure) Unwrap() error { return f.err }

// Report returns f in the form that commands report.
func (f *Failure) Report() *output.Error {
	return &output.Error{Code: f.Code, Status: f.Status, Hint: f.Hint, Err: f}
}

// AsFailure returns the Failure in the chain of err, or nil.
func AsFailure(err error) *Failure {
	f, _ := errors.AsType[*Failure](err)
	return f
}

const (
	hintNetwork = "check the network, and NEURALREPO_API_URL if it is set"
	hintReply   = "a firewall, a proxy or the sign-in page of a network may have answered, or the address is not that of an API"
	hintUnknown = "the request may have succeeded: check before you repeat it"
)

const notJSON = "is not JSON"

// unknown marks f as Unknown if the request was sent and must not be repeated.
func (f *Failure) unknown(method string) *Failure {
	if f.sent && !Idempotent(method) {
		f.Unknown, f.Hint = true, hintUnknown
	}
	return f
}

// Harmless returns f without Unknown, for a POST that may be repeated, such as a
// request for a token.
func (f *Failure) Harmless() *Failure {
	known := *f
	known.Unknown, known.Hint = false, hintReply
	if f.err != nil {
		known.Hint = hintNetwork
	}
	return &known
}

func badReply(at server, method, what string) *Failure {
	f := &Failure{Code: output.CodeNetwork, Text: "the response from " + at.host() + " " + what, Hint: cmp.Or(at.pathHint(), hintReply), sent: true}
	return f.unknown(method)
}

func unknownReply(at server, method, what string) *Failure {
	f := badReply(at, method, "is not one that this version of nrepo understands"+what)
	f.Code = output.CodeUnknown
	return f
}

// noAPI returns the failure for an address without an API.
func noAPI(at server) *Failure {
	return &Failure{
		Code: output.HTTPCode(http.StatusNotFound), Status: http.StatusNotFound, sent: true,
		Text: "there is no API at this address of " + at.host(),
		Hint: cmp.Or(at.pathHint(), "check NEURALREPO_API_URL"),
	}
}

func usageError(text string) error {
	return &output.Error{Code: output.CodeUsage, Err: errors.New(text)}
}
