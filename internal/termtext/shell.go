package termtext

import "strings"

// ShellWord returns s as one word for a POSIX shell, quoted if needed, that is
// safe to show. If s is itself safe to show, the shell reads it unchanged.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-+@:,", r)
	}
	if s != "" && strings.TrimLeftFunc(s, plain) == "" {
		return s
	}
	return Line("'" + strings.ReplaceAll(s, "'", `'\''`) + "'")
}
