package authcfg

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// DefaultAPIURL is the API of the service
// (https://docs.neuralrepo.com/api/overview).
const DefaultAPIURL = "https://neuralrepo.com/api/v1"

// ParseAPIURL checks the address of an API and returns it without a trailing
// slash. The address must use https, or http with a loopback address or localhost.
// It must not have a user, a query, a fragment, a backslash, or . or .. in its
// path, and its host must be an ASCII name or an IP address in its usual form,
// because programs interpret anything else in different ways. It must not contain
// an API key, because addresses are shown. The error does not repeat the text.
func ParseAPIURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.Host == "" || strings.ContainsAny(text, "\\ \t\r\n"):
		return "", errors.New("is not an address such as " + DefaultAPIURL)
	case u.User != nil:
		return "", errors.New("must not contain a user name or password")
	case ContainsAPIKey(u.Host + u.Path): // messages show addresses
		return "", errors.New("must not contain an API key")
	case strings.ContainsAny(text, "?#"):
		return "", errors.New("must not contain a query or a fragment")
	case slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool { return part == "." || part == ".." }):
		return "", errors.New("must not contain . or .. in its path")
	case !plainHost(u.Hostname()):
		return "", errors.New("has a host that is not a plain name such as neuralrepo.com, or an address such as 192.0.2.1")
	case !plainPort(u.Port()) || strings.HasSuffix(u.Host, ":"):
		return "", errors.New("has a port that is not a number from 1 to 65535")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", errors.New("must be https; plain http is for this machine only (127.0.0.1, [::1], localhost)")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("must start with https://")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Origin returns scheme, host and port of a URL in a form that can be compared,
// such as "https://neuralrepo.com:443". It returns "" if raw is not a URL with a
// plain host.
func Origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return OriginOf(u)
}

// OriginOf is [Origin] for a URL that is parsed.
func OriginOf(u *url.URL) string {
	if !plainHost(u.Hostname()) {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(net.JoinHostPort(u.Hostname(), port))
}

// isLoopback reports whether host is this machine, without a resolver. Names such
// as 127.0.0.1.example and numbers such as 2130706433 are not.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// plainHost reports whether host is an IP address without a zone, or a name of
// ASCII letters, digits, hyphens and underscores that no program mistakes for an
// address: resolvers accept 127.1, 0x7f.1 and 2130706433 as addresses (RFC 6943,
// section 3.1.1). Names with xn-- are not decoded.
func plainHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", c) {
				return false
			}
		}
	}
	return len(host) <= 253 && !isNumber(labels[len(labels)-1])
}

// isNumber reports whether the last part of a host makes it an address, in
// decimal, octal or hexadecimal digits (https://url.spec.whatwg.org/#ends-in-a-number-checker).
func isNumber(label string) bool {
	if strings.Trim(label, "0123456789") == "" {
		return true
	}
	digits, isHex := strings.CutPrefix(strings.ToLower(label), "0x")
	return isHex && strings.Trim(digits, "0123456789abcdef") == ""
}

// plainPort reports whether port is "" or a number in its usual form.
func plainPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}
