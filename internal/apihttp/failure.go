package apihttp

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Failure is why a request was no success: the cause, the code and the status
// that a command reports, and what to do.
type Failure struct {
	// Code is one of package output. That of the status means that the service
	// itself answered.
	Code string
	// Status is the HTTP status; 0 means that there was no reply, or one that
	// only looked like a success.
	Status int
	// Text is the cause, at most some 500 characters.
	Text string
	// Hint says what to do; "" means that there is nothing.
	Hint string
	// Reason is the service's own code, such as "validation_error"; mostly "".
	Reason string
	// RetryAfter is how long the service asks to wait; 0 means that it did not.
	RetryAfter time.Duration
	// Unknown says that the request may have been done all the same. What may
	// be repeated is never so.
	Unknown bool
	// TooLarge says that the reply exceeds a limit: less may be asked for.
	TooLarge bool
	// Repeated says that an earlier attempt was sent, but its reply was lost.
	Repeated bool

	err     error // of the network; nil where there was a reply
	sent    bool  // the request, or at least a part of it
	passing bool  // another attempt could go better
}

// Error returns the cause.
func (f *Failure) Error() string { return f.Text }

// Unwrap returns the error of the network, if it was one.
func (f *Failure) Unwrap() error { return f.err }

// Report returns f as a command reports it.
func (f *Failure) Report() *output.Error {
	return &output.Error{Code: f.Code, Status: f.Status, Hint: f.Hint, Err: f}
}

// AsFailure returns the Failure in the chain of err, nil where there is none.
func AsFailure(err error) *Failure {
	var f *Failure
	errors.As(err, &f)
	return f
}

const (
	hintNetwork = "check the network and NEURALREPO_API_URL"
	hintReply   = "a firewall, a proxy or the sign-in page of a network may have answered, or the address is not that of an API"
	hintUnknown = "the request may have succeeded: check before you repeat it"
)

const notJSON = "is not JSON"

// unknown says of a request that was sent and must not be repeated that it may
// have been done.
func (f *Failure) unknown(method string) *Failure {
	if f.sent && !Idempotent(method) {
		f.Unknown, f.Hint = true, hintUnknown
	}
	return f
}

// Harmless returns f for a request that may be made again though it was not
// idempotent, such as one for a token.
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

// noAPI is the failure of a server that knows no API at its address.
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
