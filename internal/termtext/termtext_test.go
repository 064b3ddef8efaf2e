package termtext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"plain":            {"local-dev", "local-dev"},
		"other scripts":    {"概念 idée 💡", "概念 idée 💡"},
		"escape sequence":  {"\x1b[2Jgone", `\u001b[2Jgone`},
		"8-bit CSI":        {"a\u009b31m", `a\u009b31m`},
		"line breaks":      {"a\nb\r\tc", `a\u000ab\u000d\u0009c`},
		"delete":           {"a\x7f", `a\u007f`},
		"bidi override":    {"\u202egnp.exe", `\u202egnp.exe`},
		"zero width":       {"a\u200bb", `a\u200bb`},
		"Hangul filler":    {"a\u3164b\u115f", `a\u3164b\u115f`},
		"grapheme joiner":  {"a\u034fb", `a\u034fb`},
		"hidden selectors": {"a\U000E0100\U000E01EF", `a\udb40\udd00\udb40\uddef`},
		"other selectors":  {"a\ufe00\ufe0d\u180b", `a\ufe00\ufe0d\u180b`},
		"emoji selector":   {"❤\ufe0f", "❤\ufe0f"},
		"line separator":   {"a\u2028b", `a\u2028b`},
		"private use":      {"\ue000", `\ue000`},
		"above the BMP":    {"\U000E0001", `\udb40\udc01`},
		"not UTF-8":        {"a\xffb", `a\xffb`},
		"replacement rune": {"a\uFFFDb", "a\uFFFDb"},
		"backslash":        {`a\u001b`, `a\u001b`},
		"six marks":        {"e" + strings.Repeat("\u0301", 6) + "x", "e" + strings.Repeat("\u0301", 6) + "x"},
		"seven marks":      {"e" + strings.Repeat("\u0301", 7) + "x", "e" + strings.Repeat("\u0301", 6) + "…x"},
		"a tower of marks": {strings.Repeat("\u0489", 100_000), strings.Repeat("\u0489", 6) + "…"},
		"marks and escape": {"e\u0301\x1b\u0301", "e\u0301\\u001b\u0301"},
		"Hebrew, Thai":     {"בְּרֵאשִׁ֖ית ที่นี่", "בְּרֵאשִׁ֖ית ที่นี่"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Line(tt.in); got != tt.want {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestBlockKeepsLines(t *testing.T) {
	t.Parallel()
	if got, want := Block("a\n\tb\x1b"), "a\n\tb\\u001b"; got != want {
		t.Errorf("Block = %q, want %q", got, want)
	}
}

// FuzzSafe checks that every form of a text is safe, and that the JSON forms keep its
// meaning.
func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[2J", "a\u009b\u202e\xff", "\U000E0001\n\t\"\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		block := strings.NewReplacer("\n", "", "\t", "").Replace(Block(s))
		for _, shown := range []string{Line(s), block, Quote(s), JSON(string(plain))} {
			if !utf8.ValidString(shown) || strings.ContainsFunc(shown, Unsafe) {
				t.Fatalf("%q is shown as %q", s, shown)
			}
		}
		var back string
		if err := json.Unmarshal([]byte(Quote(s)), &back); err != nil {
			t.Fatalf("Quote(%q) is not JSON: %v", s, err)
		}
		if want := strings.ToValidUTF8(s, "\uFFFD"); utf8.ValidString(s) && back != want {
			t.Fatalf("Quote(%q) reads back as %q", s, back)
		}
		if err := json.Unmarshal([]byte(JSON(string(plain))), &back); err != nil || back != jsonString(t, plain) {
			t.Fatalf("JSON(%s) reads back as %q, %v", plain, back, err)
		}
	})
}

func jsonString(t *testing.T, doc []byte) (s string) {
	t.Helper()
	if err := json.Unmarshal(doc, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
