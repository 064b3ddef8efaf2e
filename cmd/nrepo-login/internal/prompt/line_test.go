package prompt

import (
	"strings"
	"testing"
)

const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		typed  string
		action action // of the last byte; the action of the others is typed
		text   string
		echo   string
		fault  error
	}{
		"letters":                 {"ab", typed, "ab", "**", nil},
		"enter":                   {"ab\r", entered, "ab", "**", nil},
		"line feed":               {"ab\n", entered, "ab", "**", nil},
		"enter alone":             {"\r", entered, "", "", nil},
		"Ctrl-C":                  {"a\x03", interrupted, "a", "*", nil},
		"Ctrl-D alone":            {"\x04", closed, "", "", nil},
		"Ctrl-D in a line":        {"a\x04", typed, "a", "*", nil},
		"Ctrl-D in an erased one": {"a\x7f\x04", closed, "", "*\b \b", nil},
		"Ctrl-Z":                  {"a\x1a", suspended, "a", "*", nil},
		"delete":                  {"ab\x7fc", typed, "ac", "**\b \b*", nil},
		"backspace":               {"ab\bc", typed, "ac", "**\b \b*", nil},
		"delete nothing":          {"\x7f\x7fa", typed, "a", "*", nil},
		"Ctrl-U":                  {"ab\x15c", typed, "c", "**\b \b\b \b*", nil},
		"Ctrl-W":                  {"ab\x17", typed, "", "**\b \b\b \b", nil},
		"tab and bell":            {"a\t\x07b\x00", typed, "ab", "**", nil},
		"Ctrl-backslash":          {"a\x1c", typed, "a", "*", nil},
		"blank":                   {" a", typed, " a", "**", nil},
		"arrow keys":              {"a\x1b[D\x1b[1;5Cb\x1bOPc", typed, "abc", "***", nil},
		"delete key":              {"ab\x1b[3~", typed, "ab", "**", nil},
		"Alt and a letter":        {"a\x1bxb", typed, "ab", "**", nil},
		"enter after Escape":      {"a\x1b\r", entered, "a", "*", nil},
		"Ctrl-C in a sequence":    {"a\x1b[1\x03", interrupted, "a", "*", nil},
		"not ASCII":               {"é", typed, "é", "**", nil},

		"pasted":                     {pasteBegins + "ab" + pasteEnds + "\r", entered, "ab", "**", nil},
		"pasted with its line end":   {pasteBegins + "ab\r\n" + pasteEnds, entered, "ab", "**", nil},
		"pasted after a line end":    {pasteBegins + "\n \nab" + pasteEnds, typed, " ab", "***", nil},
		"pasted lines":               {pasteBegins + "ab\rcd\r" + pasteEnds, entered, "ab", "**", ErrSeveralLines},
		"pasted lines, a blank one":  {pasteBegins + "ab\n\ncd" + pasteEnds, entered, "ab", "**", ErrSeveralLines},
		"pasted lines, not ended":    {pasteBegins + "ab\rcd\r", typed, "ab", "**", ErrSeveralLines},
		"a mark in a longer number":  {pasteBegins + "ab\r\x1b[2001~\x1b[0000000201~", typed, "ab", "**", nil},
		"pasted control characters":  {pasteBegins + "a\x04\x1a\x15\x7f\tb" + pasteEnds, typed, "ab", "**", nil},
		"Ctrl-C in a paste":          {pasteBegins + "a\x03", interrupted, "a", "*", nil},
		"pasted twice":               {pasteBegins + "a" + pasteEnds + pasteBegins + "b" + pasteEnds, typed, "ab", "**", nil},
		"pasted, then erased":        {pasteBegins + "ab" + pasteEnds + "\x7f", typed, "a", "**\b \b", nil},
		"longest":                    {strings.Repeat("a", MaxLine) + "\r", entered, strings.Repeat("a", MaxLine), strings.Repeat("*", MaxLine), nil},
		"too long":                   {strings.Repeat("a", MaxLine+1) + "b\x7f\r", entered, strings.Repeat("a", MaxLine), strings.Repeat("*", MaxLine), ErrTooLong},
		"too long, erased":           {strings.Repeat("a", MaxLine+1) + "\x15b\r", entered, "b", strings.Repeat("*", MaxLine) + strings.Repeat("\b \b", MaxLine) + "*", nil},
		"pasted too long, then more": {pasteBegins + strings.Repeat("a", MaxLine+1) + "\rb" + pasteEnds, entered, strings.Repeat("a", MaxLine), strings.Repeat("*", MaxLine), ErrSeveralLines},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var echo strings.Builder
			l := line{echo: &echo}
			for i := range len(tt.typed) {
				want := typed
				if i == len(tt.typed)-1 {
					want = tt.action
				}
				if got := l.add(tt.typed[i]); got != want {
					t.Errorf("byte %d is action %d, want %d", i, got, want)
				}
			}
			if string(l.text) != tt.text || echo.String() != tt.echo || l.fault != tt.fault {
				t.Errorf("text %q, echo %q, fault %v", l.text, echo.String(), l.fault)
			}
		})
	}
}

// FuzzLine checks that no typed or pasted text is shown, that the length of a line is
// limited, and that a line does not end before a paste is complete.
func FuzzLine(f *testing.F) {
	for _, s := range []string{"abc\r", pasteBegins + "abc" + pasteEnds, "a\x7f\x7f", "\x1b\x1b[\x03", "a\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read := func(s string, stars int) string {
			var echo strings.Builder
			l := line{echo: &echo, stars: stars}
			for i := range len(s) {
				l.add(s[i])
			}
			shown := strings.Count(echo.String(), "*") - strings.Count(echo.String(), "\b \b")
			if strings.Trim(echo.String(), "*\b ") != "" || len(l.text) > MaxLine || shown != l.shown() || stars > 0 && shown > stars {
				t.Errorf("echo %q, text %q", echo.String(), l.text)
			}
			return string(l.text)
		}
		if text := read(s, 0); read(s, 16) != text {
			t.Errorf("%q is not %q with few stars", s, text)
		}
		l, pasted := line{echo: &strings.Builder{}}, pasteBegins+strings.NewReplacer("\x1b", "", "\x03", "").Replace(s)
		for i := range len(pasted) {
			if got := l.add(pasted[i]); got != typed {
				t.Errorf("byte %d of the paste %q is action %d", i, pasted, got)
			}
		}
	})
}
