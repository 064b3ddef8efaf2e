package main

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		doc, title, body string
		below            bool
	}{
		"untouched":            {"\n\n" + scissors + hints, "", "", false},
		"title":                {"T\n\n" + scissors + hints, "T", "", false},
		"title and body":       {"T\n\nB\n\nC\n\n" + scissors + hints, "T", "B\n\nC", false},
		"no blank line":        {"T\nB\n" + scissors + hints, "T", "B", false},
		"blank lines":          {"\n \n T \n\n\n  B\n\n" + scissors + hints, "T", "  B", false},
		"headings":             {"T\n\n# B\n#C\n" + scissors + hints, "T", "# B\n#C", false},
		"no scissors":          {"T\n\nB\n", "T", "B", false},
		"no line end":          {"T", "T", "", false},
		"nothing":              {"", "", "", false},
		"scissors alone":       {scissors, "", "", false},
		"other line ends":      {"\ufeffT\r\n\r\nB\r\n" + strings.ReplaceAll(scissors+hints, "\n", "\r\n"), "T", "B", false},
		"scissors in the body": {"T\n\n" + scissors + "\nB\n" + scissors + hints, "T", scissors + "\nB", false},
		"hints removed":        {"T\n" + scissors + "\n", "T", "", false},
		"a fault":              {"T\n" + scissors + hints + "\n" + faultMark + "too long\n\n" + faultMark + "too long\n", "T", "", false},
		"a fault alone":        {"T\n" + scissors + "\n" + faultMark + "too long\n", "T", "", false},
		"text below":           {"T\n" + scissors + hints + "\nB\n", "T", "", true},
	} {
		title, body, below := split(tt.doc)
		if title != tt.title || body != tt.body || below != tt.below {
			t.Errorf("%s: %q, %q, %t", name, title, body, below)
		}
	}
}

// FuzzSplit checks that title and body contain all lines of a text, in order, and that
// the title is one of them.
func FuzzSplit(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc string) {
		title, body, _ := split(doc + "\n" + scissors + hints)
		if strings.Contains(title, "\n") || title == "" && body != "" {
			t.Errorf("%q becomes %q and %q", doc, title, body)
		}
		got := strings.Join(strings.Fields(title+"\n"+body), " ")
		if want := strings.Join(strings.Fields(strings.TrimPrefix(doc, "\ufeff")), " "); got != want {
			t.Errorf("%q becomes %q and %q", doc, title, body)
		}
	})
}
