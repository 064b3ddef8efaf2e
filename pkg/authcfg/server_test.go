package authcfg

import (
	"net/url"
	"strings"
	"testing"
)

var apiURLs = map[string]struct{ in, want, say string }{
	"default":             {DefaultAPIURL, DefaultAPIURL, ""},
	"slashes at the end":  {"https://h.example/api//", "https://h.example/api", ""},
	"no path":             {"https://h.example", "https://h.example", ""},
	"port":                {"https://h.example:8443/x", "https://h.example:8443/x", ""},
	"scheme in capitals":  {"HTTPS://h.example", "https://h.example", ""},
	"loopback":            {"http://127.0.0.1:8787", "http://127.0.0.1:8787", ""},
	"all of 127/8":        {"http://127.9.9.9", "http://127.9.9.9", ""},
	"loopback, IPv6":      {"http://[::1]:8787/x", "http://[::1]:8787/x", ""},
	"localhost":           {"http://LocalHost:1", "http://LocalHost:1", ""},
	"https anywhere":      {"https://192.0.2.1", "https://192.0.2.1", ""},
	"plain http":          {"http://h.example", "", "must be https"},
	"looks like loopback": {"http://127.0.0.1.evil.example", "", "must be https"},
	"number":              {"http://2130706433", "", "plain name"},
	"octal":               {"http://0177.0.0.1", "", "plain name"},
	"short":               {"http://127.1", "", "plain name"},
	"below localhost":     {"http://localhost.evil.example", "", "must be https"},
	"any address":         {"http://0.0.0.0", "", "must be https"},
	"user":                {"https://neuralrepo.com@evil.example", "", "user name"},
	"user and password":   {"https://s3cret:s3cret@neuralrepo.com", "", "user name"},
	"user, backslash":     {`https://evil.example\@neuralrepo.com`, "", "is not an address"},
	"backslash":           {`https://h.example\evil`, "", "is not an address"},
	"API key":             {"https://h.example/" + key, "", "API key"},
	"API key, escaped":    {"https://h.example/%6e" + key[1:], "", "API key"},
	"query":               {"https://h.example?s3cret", "", "query"},
	"empty query":         {"https://h.example/?", "", "query"},
	"fragment":            {"https://h.example#s3cret", "", "fragment"},
	"no scheme":           {"h.example/api", "", "is not an address"},
	"scheme left out":     {"//evil.example", "", "must start with https://"},
	"opaque":              {"https:h.example", "", "is not an address"},
	"no host":             {"https:///api", "", "is not an address"},
	"port alone":          {"https://:443", "", "host"},
	"empty":               {"", "", "is not an address"},
	"other scheme":        {"ftp://h.example", "", "https://"},
	"javascript":          {"javascript://127.0.0.1/%0aalert(1)", "", "https://"},
	"file":                {"file:///etc/passwd", "", "is not an address"},
	"blank":               {" https://h.example", "", "is not an address"},
	"line break":          {"https://h.example\n", "", "is not an address"},
	"full-width dot":      {"https://h\uFF0Eexample", "", "plain name"},
	"Cyrillic":            {"https://neur\u0430lrepo.com", "", "plain name"},
	"escaped host":        {"https://h%2eexample%00", "", "is not an address"},
	"number, https":       {"https://2130706433/", "", "plain name"},
	"short, https":        {"https://127.1/", "", "plain name"},
	"hexadecimal":         {"https://0x7f.1/", "", "plain name"},
	"hexadecimal, last":   {"https://a.0X7F/", "", "plain name"},
	"five numbers":        {"https://1.2.3.4.5", "", "plain name"},
	"leading zero":        {"https://192.0.2.010", "", "plain name"},
	"IPv6":                {"https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x", ""},
	"number in front":     {"https://127.example", "https://127.example", ""},
	"empty part":          {"https://neuralrepo..com", "", "plain name"},
	"dot in front":        {"https://.neuralrepo.com", "", "plain name"},
	"dot at the end":      {"https://neuralrepo.com.", "", "plain name"},
	"hyphen in front":     {"https://-evil.com", "", "plain name"},
	"hyphen at the end":   {"https://evil-.com", "", "plain name"},
	"underscore":          {"https://neural_repo:8443", "https://neural_repo:8443", ""},
	"xn--":                {"https://xn--nuralrepo-b4a.com", "https://xn--nuralrepo-b4a.com", ""},
	"long part":           {"https://" + strings.Repeat("a", 64) + ".com", "", "plain name"},
	"long host":           {"https://" + strings.Repeat("s3cret.", 43) + "com", "", "plain name"},
	"zone":                {"https://[fe80::1%25eth0]", "", "plain name"},
	"loopback with zone":  {"http://[::1%25s3cret]", "", "plain name"},
	"empty port":          {"https://h.example:/x", "", "port"},
	"port 0":              {"https://h.example:0", "", "port"},
	"port too high":       {"https://h.example:65536", "", "port"},
	"port, second way":    {"https://h.example:0443", "", "port"},
	"dot segment":         {"https://h.example/./api/v1", "", "path"},
	"dots, escaped":       {"https://h.example/x/%2E%2e/api/v1", "", "path"},
	"dots in a name":      {"https://h.example/..x/.y", "https://h.example/..x/.y", ""},
	"port is a name":      {"https://h.example:s3cret", "", "is not an address"},
}

func TestParseAPIURL(t *testing.T) {
	t.Parallel()
	for name, tt := range apiURLs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseAPIURL(tt.in)
			if got != tt.want || (err != nil) != (tt.say != "") {
				t.Fatalf("ParseAPIURL(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
			if err != nil && (!strings.Contains(err.Error(), tt.say) || strings.Contains(err.Error(), "s3cret")) {
				t.Errorf("error %q does not say %q", err, tt.say)
			}
		})
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		DefaultAPIURL:                 "https://neuralrepo.com:443",
		"https://NeuralRepo.com:443/": "https://neuralrepo.com:443",
		"https://neuralrepo.com:/":    "https://neuralrepo.com:443",
		"http://neuralrepo.com":       "http://neuralrepo.com:80",
		"https://neuralrepo.com:80":   "https://neuralrepo.com:80",
		"https://neuralrepo.com.":     "",
		"https://2130706433":          "",
		"https://u@neuralrepo.com":    "https://neuralrepo.com:443",
		"http://[::1]:8787/x?y#z":     "http://[::1]:8787",
		"https://neuralrepo.com@evil": "https://evil:443",
		// The lower case of the Kelvin sign is k.
		"https://\u212Aey.example": "",
		"https://":                 "",
		"neuralrepo.com":           "",
		"/api":                     "",
		"https://%zz":              "",
		"":                         "",
	} {
		if got := Origin(in); got != want {
			t.Errorf("Origin(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParseAPIURL(f *testing.F) {
	for _, tt := range apiURLs {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseAPIURL(text)
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatalf("ParseAPIURL(%q) = %q: %v", text, got, err)
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
			t.Fatalf("ParseAPIURL(%q) = %q, which is neither https nor this machine", text, got)
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(got, "/") {
			t.Fatalf("ParseAPIURL(%q) = %q", text, got)
		}
		origin := Origin(got)
		if again, err := ParseAPIURL(got); again != got || err != nil {
			t.Fatalf("ParseAPIURL(%q) = %q, then %q, %v", text, got, again, err)
		}
		if origin == "" || origin != Origin(text) || origin != Origin(origin) || origin != Origin(got+"/user/me") {
			t.Fatalf("origin of %q is %q, of the text %q, of itself %q", got, origin, Origin(text), Origin(origin))
		}
	})
}
