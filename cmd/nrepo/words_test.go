package main

import "testing"

func TestShellQuote(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/a/b-c_d.e": "/a/b-c_d.e", "/a b": "'/a b'", "/it's": `'/it'\''s'`, "/$x": "'/$x'", "/\x1b": `'/\u001b'`,
	} {
		if got := shellQuote(path); got != want {
			t.Errorf("shellQuote(%q) = %q, want %q", path, got, want)
		}
	}
}
