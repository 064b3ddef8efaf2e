package apihttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
)

// proxy is http.ProxyFromEnvironment with three differences: an invalid address is
// an error, while net/http would use no proxy; surrounding white space is ignored;
// and plain http never uses a proxy, because it is only for this machine.
func proxy(r *http.Request) (*url.URL, error) {
	if r.URL.Scheme == "http" {
		return nil, nil
	}
	name, value := proxyVariable()
	address := strings.TrimSpace(value)
	if address != "" {
		if _, err := parseProxy(address); err != nil {
			return nil, &variableError{name, err.Error()}
		}
	}
	if address != value { // net/http reads the variable itself, once for each process
		os.Setenv(name, address)
	}
	return http.ProxyFromEnvironment(r)
}

// proxyVariable returns the variable that net/http reads, and its value.
func proxyVariable() (name, value string) {
	if value := os.Getenv("https_proxy"); value != "" && os.Getenv("HTTPS_PROXY") == "" {
		return "https_proxy", value
	}
	return "HTTPS_PROXY", os.Getenv("HTTPS_PROXY")
}

// variableError means that the value of a variable cannot be used.
type variableError struct{ name, what string }

func (e *variableError) Error() string { return e.name + " is not the address of a proxy: " + e.what }

// parseProxy parses an address, with or without a scheme. The error does not
// repeat it, because it may contain a password.
func parseProxy(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	switch {
	case strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return nil, errors.New("it contains a space or a line break")
	case is[url.EscapeError](err):
		return nil, errors.New("a % in the user name or the password is written %25")
	case err != nil:
		return nil, errors.New("its host or port cannot be read; in a password, @ is written %40, : %3A and / %2F")
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme):
		return nil, errors.New("its scheme must be http, https, socks5 or socks5h")
	case u.Hostname() == "":
		return nil, errors.New("it has no host")
	}
	return u, nil
}

// proxyStatus is the HTTP status with which a proxy refused a tunnel. The text of
// the proxy is ignored, because it could contain anything.
type proxyStatus struct {
	proxy  string // host and port
	status int
}

func (e *proxyStatus) Error() string { return fmt.Sprintf("the proxy answered with HTTP %d", e.status) }

// proxyAnswer is called with the response of a proxy to CONNECT.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, reply *http.Response) error {
	if reply.StatusCode != http.StatusOK {
		return &proxyStatus{proxy.Host, reply.StatusCode}
	}
	return nil
}

// words returns what the refusal of a proxy means, and a hint.
func (e *proxyStatus) words() (text, hint string) {
	name, _ := proxyVariable()
	proxy := "the proxy " + short(e.proxy)
	switch e.status {
	case http.StatusProxyAuthRequired:
		return proxy + " requires a user name and a password", "set valid ones in " + name + ", as in http://USER:PASSWORD@HOST:PORT"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return proxy + " cannot reach it", "check NEURALREPO_API_URL, or whether the proxy named by " + name + " works"
	}
	return proxy + " refuses to connect", "ask the operator of the proxy in " + name + ", or set NO_PROXY to hosts that need none"
}

// proxyInUse returns the variable for the proxy, and the name of the proxy.
func proxyInUse() (variable, proxy string) {
	variable, value := proxyVariable()
	if u, err := parseProxy(strings.TrimSpace(value)); err == nil {
		return variable, "the proxy " + short(u.Host)
	}
	return variable, "the proxy"
}
