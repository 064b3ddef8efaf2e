package termtext

import "testing"

func TestShellWord(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"/a/b-c_d.e": "/a/b-c_d.e", "/a b": "'/a b'", "/it's": `'/it'\''s'`, "/$x": "'/$x'", "/\x1b": `'/\u001b'`, "": "''", "~/x": "'~/x'", "é": "'é'",
	} {
		if got := ShellWord(s); got != want {
			t.Errorf("ShellWord(%q) = %q, want %q", s, got, want)
		}
	}
}
