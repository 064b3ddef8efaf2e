package login

import (
	"strings"
	"testing"
)

// TestUserCodeTyped tests user codes as people may type them (RFC 8628, 6.1).
func TestUserCodeTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"BCDF-GHJK": "BCDF-GHJK", "bcdfghjk": "BCDF-GHJK", " bcdf ghjk\n": "BCDF-GHJK", "BC.DF_GH-JK": "BCDF-GHJK",
		"": "", "--": "", "b": "B", "bcdfg": "BCDF-G", "ſ": "S", "1234": "", strings.Repeat("b", 99): "BBBB-BBBBB",
	} {
		if got := normalUserCode(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func FuzzUserCode(f *testing.F) {
	for _, typed := range []string{"BCDF-GHJK", "bcdf ghjk", "", "<script>", "\x00", "ſ", strings.Repeat("x", 1000)} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code := normalUserCode(typed)
		if len(code) > 10 || normalUserCode(code) != code {
			t.Errorf("%q became %q", typed, code)
		}
	})
}
