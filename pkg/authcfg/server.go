package authcfg

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// DefaultAPIURL is the service's own API
// (https://docs.neuralrepo.com/api/overview).
const DefaultAPIURL = "https://neuralrepo.com/api/v1"

// ParseAPIURL checks the address of an API and returns it without a slash at
// the end. It must be https, or http to a loopback address or localhost; a
// user, a query, a fragment, a backslash or a host that is not plain ASCII is
// refused, because programs read such addresses in different ways. The error
// does not repeat the text.
func ParseAPIURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.Host == "" || strings.ContainsAny(text, "\\ \t\r\n"):
		return "", errors.New("is not an address such as " + DefaultAPIURL)
	case u.User != nil:
		return "", errors.New("must not contain a user name or password")
	case strings.ContainsAny(text, "?#"):
		return "", errors.New("must not contain a query or a fragment")
	case !plainHost(u.Hostname()):
		return "", errors.New("has a host that is not a plain name or address")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", errors.New("must be https; plain http is for this machine only (127.0.0.1, [::1], localhost)")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("must start with https://")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Origin returns scheme, host and port of a URL in one comparable form, such
// as "https://neuralrepo.com:443"; "" where raw is not a URL with a host.
func Origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}

// isLoopback reports whether host is this machine without asking a resolver.
// Names such as 127.0.0.1.example or numbers such as 2130706433 are not.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func plainHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for _, c := range host {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", c) {
			return false
		}
	}
	return host != ""
}
