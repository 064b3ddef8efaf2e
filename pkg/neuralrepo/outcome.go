package neuralrepo

import "github.com/nrepo-cli/nrepo/internal/apihttp"

// OutcomeUnknown reports whether the request that failed with err may have
// succeeded: it was sent and must not be repeated automatically, but its response
// was lost or came from a proxy or gateway. Check before you send it again. With
// any other error, a call that changes something changed nothing.
func OutcomeUnknown(err error) bool {
	f := apihttp.AsFailure(err)
	return f != nil && f.Unknown
}
