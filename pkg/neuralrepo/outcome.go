package neuralrepo

import "github.com/nrepo-cli/nrepo/internal/apihttp"

// OutcomeUnknown reports whether err leaves open if a request was done: it was sent,
// must not be repeated by itself, and its answer was lost or came from something in
// between. Look before you send it again. Any other error of a call that changes
// something means that nothing was changed.
func OutcomeUnknown(err error) bool {
	f := apihttp.AsFailure(err)
	return f != nil && f.Unknown
}
