package authcfg

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ParseAPIKey parses an API key from a prompt, a pipe or a variable. It ignores a
// byte order mark and surrounding white space. The error says what is wrong with
// the text and how long it is, but does not repeat it.
func ParseAPIKey(text string) (Secret, error) {
	if encoding := otherEncoding(text); encoding != "" {
		return "", &output.Error{
			Code: output.CodeUsage,
			Err:  fmt.Errorf("that is not an API key: it is %s", encoding),
			Hint: "save it as UTF-8 text, which is what nrepo reads",
		}
	}
	s := Secret(trimmed(text))
	if s == "" {
		return "", errors.New("no API key was given")
	}
	if !s.IsAPIKey() {
		return "", fmt.Errorf("that is not an API key: %s (%d characters); a key is nrp_ followed by 64 hexadecimal digits",
			keyFault(string(s)), utf8.RuneCountInString(string(s)))
	}
	return s, nil
}

// otherEncoding returns the encoding of text, if it is not UTF-8. UTF-16 from an
// editor or PowerShell has a byte order mark, or a NUL next to each letter.
func otherEncoding(text string) string {
	switch {
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"), strings.Count(text, "\x00") > len(text)/3:
		return "UTF-16 text"
	case !utf8.ValidString(text):
		return "not UTF-8 text"
	}
	return ""
}

// trimmed returns text without a byte order mark and surrounding white space.
func trimmed(text string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\uFEFF"))
}

// keyFault returns why s is not an API key.
func keyFault(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	lower := strings.ToLower(s)
	digits, hasPrefix := strings.CutPrefix(s, apiKeyPrefix)
	hidden := strings.IndexFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && !unicode.IsSpace(r)
	})
	switch {
	case hidden >= 0:
		r, _ := utf8.DecodeRuneInString(s[hidden:])
		return fmt.Sprintf("it contains an invisible character, %U", r)
	case isQuote(first) || isQuote(last):
		return "it has quotes around it"
	case strings.HasPrefix(lower, "bearer") || strings.HasPrefix(lower, "authorization") || strings.HasPrefix(lower, "x-api-key"):
		return "it begins with part of an HTTP header"
	case strings.HasPrefix(s, "export ") || strings.Contains(s, "="):
		return "it begins with the name of a variable"
	case strings.ContainsFunc(s, unicode.IsSpace):
		return "it contains spaces"
	case hasPrefix && hexLen(digits) == len(digits):
		return fmt.Sprintf("it has %d digits", len(digits))
	case hasPrefix:
		return "it contains a character that is not a hexadecimal digit"
	case strings.HasPrefix(lower, apiKeyPrefix):
		return "nrp_ is in capitals"
	}
	return "it does not start with nrp_"
}

func isQuote(r rune) bool { return strings.ContainsRune("\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb", r) }
