package wrap

import (
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func TestText(t *testing.T) {
	t.Parallel()
	const link = "https://example.com/a/very/long/path/that/is/not/broken"
	for name, tt := range map[string]struct{ in, want string }{
		"short":         {"one two\n", "one two\n"},
		"long":          {"one two three four five\n", "one two three four\nfive\n"},
		"no line feed":  {"one two three four five", "one two three four\nfive"},
		"an address":    {"see " + link + " now", "see\n" + link + "\nnow"},
		"list":          {"- one two three four five", "- one two three four\n  five"},
		"numbered":      {"10. one two three four", "10. one two three\n    four"},
		"quotation":     {"> one two three four five", "> one two three four\n> five"},
		"list in quote": {"> - one two three four", "> - one two three\n>   four"},
		"fence":         {"```\none two three four five six\n```\none two three four five\n", "```\none two three four five six\n```\none two three four\nfive\n"},
		"longer fence":  {"````\n```\none two three four five six\n````\n", "````\n```\none two three four five six\n````\n"},
		"indented":      {"    one two three four five six\n", "    one two three four five six\n"},
		"table":         {"| one | two | three | four |\n", "| one | two | three | four |\n"},
		"heading":       {"# one two three four five six\n", "# one two three four five six\n"},
		"wide letters":  {"概念概念概念 概念概念概念\n", "概念概念概念\n概念概念概念\n"},
		"hard break":    {"one two three four five  \n", "one two three four\nfive  \n"},
		"blank lines":   {"\n\n", "\n\n"},
	} {
		if got := Text(tt.in, 20); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if long := strings.Repeat("word ", 100); Text(long, 0) != long {
		t.Error("without a width the text changes")
	}
}

func FuzzText(f *testing.F) {
	f.Add("- one two three four five\n> a\n```\nx\n", 20)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width %= 200
		got := Text(text, width)
		if a, b := strings.Fields(got), strings.Fields(text); width > 0 && len(a) < len(b) {
			t.Errorf("words were lost: %q", got)
		}
		_ = displaywidth.String(got)
	})
}
