package apihttp

import (
	"net/http"
	"slices"
	"strings"
)

// ownHeaders are those that a caller may not set: the first ones are or carry
// credentials, the next say whom the request is for, where it ends and how it is
// packed, and with the last ones net/http would repeat a POST.
var ownHeaders = []string{
	"Authorization", "X-Api-Key", "Proxy-Authorization", "Cookie",
	"Host", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "Connection", "Proxy-Connection",
	"Keep-Alive", "Te", "Trailer", "Upgrade", "Expect",
	"Idempotency-Key", "X-Idempotency-Key",
}

// checkHeader refuses headers that a caller may not set, and what is none: a line
// end in one would begin another. No value is repeated.
func checkHeader(header http.Header) error {
	for name, values := range header {
		if name == "" || strings.ContainsFunc(name, notInName) {
			return usageError("that is not the name of a header")
		}
		if slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)) {
			return usageError("the header " + http.CanonicalHeaderKey(name) + " cannot be set")
		}
		for _, value := range values {
			if strings.ContainsFunc(value, isControl) {
				return usageError("the value of a header must be one line without control characters")
			}
		}
	}
	return nil
}

// notInName is true for what is no token character (RFC 9110, section 5.6.2).
func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return r > '~' || !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
