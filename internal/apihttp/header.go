package apihttp

import (
	"net/http"
	"slices"
	"strings"
)

// ownHeaders are the headers that callers may not set: credentials, headers about
// the target, length and encoding of the request, and headers that would make
// net/http repeat a POST.
var ownHeaders = []string{
	"Authorization", "X-Api-Key", "Proxy-Authorization", "Cookie",
	"Host", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "Connection", "Proxy-Connection",
	"Keep-Alive", "Te", "Trailer", "Upgrade", "Expect",
	"Idempotency-Key", "X-Idempotency-Key",
}

// checkHeader refuses headers that callers may not set, and invalid ones: a line
// break would start another header. The error does not repeat a value.
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

// notInName reports whether a character is not allowed in a token (RFC 9110,
// section 5.6.2).
func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return r > '~' || !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
