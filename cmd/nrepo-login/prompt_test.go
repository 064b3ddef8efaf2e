package main

import (
	"strings"
	"testing"
)

func TestHiddenLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		typed  string
		action action // of the last byte; those before it are typed
		text   string
		echo   string
	}{
		"letters":                 {"ab", typed, "ab", "**"},
		"enter":                   {"ab\r", entered, "ab", "**"},
		"line feed":               {"ab\n", entered, "ab", "**"},
		"enter alone":             {"\r", entered, "", ""},
		"Ctrl-C":                  {"a\x03", interrupted, "a", "*"},
		"Ctrl-D alone":            {"\x04", closed, "", ""},
		"Ctrl-D in a line":        {"a\x04", typed, "a", "*"},
		"Ctrl-D in an erased one": {"a\x7f\x04", closed, "", "*\b \b"},
		"Ctrl-Z":                  {"a\x1a", suspended, "a", "*"},
		"delete":                  {"ab\x7fc", typed, "ac", "**\b \b*"},
		"backspace":               {"ab\bc", typed, "ac", "**\b \b*"},
		"delete nothing":          {"\x7f\x7fa", typed, "a", "*"},
		"Ctrl-U":                  {"ab\x15c", typed, "c", "**\b \b\b \b*"},
		"Ctrl-W":                  {"ab\x17", typed, "", "**\b \b\b \b"},
		"tab and bell":            {"a\t\x07b\x00", typed, "ab", "**"},
		"Ctrl-backslash":          {"a\x1c", typed, "a", "*"},
		"blank":                   {" a", typed, " a", "**"},
		"pasted":                  {"\x1b[200~ab\x1b[201~\r", entered, "ab", "**"},
		"arrow keys":              {"a\x1b[D\x1b[1;5Cb\x1bOPc", typed, "abc", "***"},
		"delete key":              {"ab\x1b[3~", typed, "ab", "**"},
		"Alt and a letter":        {"a\x1bxb", typed, "ab", "**"},
		"not ASCII":               {"é", typed, "é", "**"},
		"longest":                 {strings.Repeat("a", maxKeyLine), typed, strings.Repeat("a", maxKeyLine), strings.Repeat("*", maxKeyLine)},
		"too long":                {strings.Repeat("a", maxKeyLine+1), tooLong, strings.Repeat("a", maxKeyLine), strings.Repeat("*", maxKeyLine)},
		"longest, entered":        {strings.Repeat("a", maxKeyLine) + "\r", entered, strings.Repeat("a", maxKeyLine), strings.Repeat("*", maxKeyLine)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var echo strings.Builder
			line := hiddenLine{echo: &echo}
			for i := range len(tt.typed) {
				want := typed
				if i == len(tt.typed)-1 {
					want = tt.action
				}
				if got := line.add(tt.typed[i]); got != want {
					t.Errorf("byte %d is action %d, want %d", i, got, want)
				}
			}
			if string(line.text) != tt.text || echo.String() != tt.echo {
				t.Errorf("text %q, echo %q", line.text, echo.String())
			}
		})
	}
}

// FuzzHiddenLine holds that nothing typed or pasted is shown, that a line is
// bounded, and that the marks around pasted text are no part of it.
func FuzzHiddenLine(f *testing.F) {
	for _, s := range []string{"abc\r", "\x1b[200~abc\x1b[201~", "a\x7f\x7f", "\x1b\x1b[\x03"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read := func(s string, stars int) string {
			var echo strings.Builder
			line := hiddenLine{echo: &echo, stars: stars}
			for i := range len(s) {
				line.add(s[i])
			}
			shown := strings.Count(echo.String(), "*") - strings.Count(echo.String(), "\b \b")
			if strings.Trim(echo.String(), "*\b ") != "" || len(line.text) > maxKeyLine || shown != line.shown() || stars > 0 && shown > stars {
				t.Errorf("echo %q, text %q", echo.String(), line.text)
			}
			return string(line.text)
		}
		text := read(s, 0)
		if read(s, pasteStars) != text || !strings.Contains(s, "\x1b") && read("\x1b[200~"+s+"\x1b[201~", 0) != text {
			t.Errorf("%q is %q, and otherwise when pasted", s, text)
		}
	})
}
