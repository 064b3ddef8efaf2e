package bashline

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		line  string
		words []string
	}{
		{"nrepo ", []string{"nrepo", ""}},
		{"nrepo a", []string{"nrepo", "a"}},
		{`nrepo c\ d e`, []string{"nrepo", "c d", "e"}},
		{`nrepo "c d" 'e f`, []string{"nrepo", "c d", "e f"}},
		{`nrepo "a\"b\c" x`, []string{"nrepo", `a"b\c`, "x"}},
		{`nrepo $'a b' $"c d`, []string{"nrepo", "a b", "c d"}},
		{`nrepo a"b c"d\`, []string{"nrepo", "ab cd"}},
		{"nrepo '' ", []string{"nrepo", "", ""}},
		{"nrepo alice@e", []string{"nrepo", "alice@e"}},
		{"nrepo --x=http://a:b", []string{"nrepo", "--x=http://a:b"}},
		{"nrepo x 2>/dev/null <in y", []string{"nrepo", "x", "y"}},
		{"nrepo x2>&1 y", []string{"nrepo", "x2", "y"}},
	} {
		if got := Parse(row.line, ""); !slices.Equal(got.Words, row.words) || got.Redirected {
			t.Errorf("%s: %q, want %q", row.line, got.Words, row.words)
		}
	}
	for line, want := range map[string]bool{"nrepo x >": true, "nrepo x 2>/a": true, "nrepo x >a ": false, "nrepo '>a": false} {
		if got := Parse(line, "").Redirected; got != want {
			t.Errorf("%s: redirected %v", line, got)
		}
	}
}

func TestInsert(t *testing.T) {
	t.Parallel()
	const all = "a b!\"'$`\\~*e@=:"
	for _, row := range []struct{ line, replaced, candidate, want string }{
		{"nrepo a", "a", all, "a\\ b\\!\\\"\\'\\$\\`\\\\~\\*e@=:"},
		{`nrepo "a`, "a", all, "a b\"'!'\"\\\"'\\$\\`\\\\~*e@=:"},
		{"nrepo 'a", "a", all, "a b!\"'\\''$`\\~*e@=:"},
		{"nrepo $'a", "a", "a b'\\", "a b\\'\\\\"},
		{"nrepo ~", "~", "~x", "\\~x"},
		{`nrepo "a`, "a", `a"`, `a\""`},
		{"nrepo 'a", "a", "a'", `a'\'''`},
		{"nrepo --status=ex", "ex", "--status=exploring", "exploring"},
		{"nrepo alice@e", "@e", "alice@example.com", "@example.com"},
		{`nrepo c\ d@e`, "@e", "c d@example", "@example"},
		{`nrepo x"y z`, "y z", "xy zz", "y zz"},
		{`nrepo --x="a`, "a", "--x=a b", "a b"},
	} {
		if got, ok := Parse(row.line, row.replaced).Insert(row.candidate); !ok || got != row.want {
			t.Errorf("%s: %q, %v, want %q", row.line, got, ok, row.want)
		}
	}
	if got, ok := Parse("nrepo x@e", "@e").Insert("yes"); ok {
		t.Errorf("a candidate that begins otherwise becomes %q", got)
	}
}

// FuzzInsert checks that bash reads a quoted candidate as the same text, with each kind of
// quotes.
func FuzzInsert(f *testing.F) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		f.Log("bash is not installed; what it reads is not compared")
	}
	f.Fuzz(func(t *testing.T, candidate string) {
		if candidate == "" || strings.ContainsFunc(candidate, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) {
			return // nothing is inserted
		}
		for _, quote := range []string{"", "'", `"`, "$'"} {
			text, ok := Parse("nrepo "+quote, "").Insert(candidate)
			if !ok {
				t.Fatalf("%q is not inserted", candidate)
			}
			whole := quote + text
			if mark := strings.TrimPrefix(quote, "$"); !strings.HasSuffix(text, mark) {
				whole += mark // as bash does
			}
			if words := Parse("nrepo "+whole, "").Words; len(words) != 2 || words[1] != candidate {
				t.Errorf("%q: %s is read as %q", candidate, whole, words)
			}
			if bash == "" {
				continue
			}
			out, err := exec.Command(bash, "-c", "printf %s "+whole).Output()
			if err != nil || string(out) != candidate {
				t.Errorf("%q: bash reads %s as %q, %v", candidate, whole, out, err)
			}
		}
	})
}
