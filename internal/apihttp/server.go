package apihttp

import (
	"fmt"
	"net/url"
	"strings"
)

// server is the address of an API, for messages.
type server struct{ apiURL string }

// host returns scheme, host and port, cut to about 80 characters.
func (s server) host() string {
	u, err := url.Parse(s.apiURL)
	if err != nil {
		return "the server"
	}
	return u.Scheme + "://" + short(u.Host)
}

// short cuts input to a length that fits in a message.
func short(text string) string {
	const limit = 80
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}

// pathHint suggests the path if the address of an API does not end with APIPath.
// Otherwise it returns "".
func (s server) pathHint() string {
	u, err := url.Parse(s.apiURL)
	if err != nil || strings.HasSuffix(strings.TrimRight(u.Path, "/"), APIPath) {
		return ""
	}
	return fmt.Sprintf("the address of the API may lack its path: is it %s%s?", s.host(), APIPath)
}

// APIPath is the path of the documented API.
const APIPath = "/api/v1"
