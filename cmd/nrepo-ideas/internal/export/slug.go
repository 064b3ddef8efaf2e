package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

const maxSlug = 60 // bytes

// FileName returns the name of an idea's Markdown file, such as
// 0012-wind-turbines.md. The number makes it unique, also on file systems that ignore case
// or normalize letters; the words are for people.
func FileName(idea neuralrepo.Idea) string {
	number := string(idea.Number)
	if number == "" {
		number = string(idea.ID)
	}
	number = slug(number, 40)
	if strings.Trim(number, "0123456789") == "" {
		number = fmt.Sprintf("%04s", number)
	}
	if words := slug(idea.Title, maxSlug); words != "" {
		return number + "-" + words + ".md"
	}
	return number + ".md"
}

// slug keeps letters and digits of all scripts and replaces everything else with dashes.
func slug(text string, limit int) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToLower(text)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && b.Len() > 0:
		default:
			r = '-'
		}
		if r == '-' && (b.Len() == 0 || strings.HasSuffix(b.String(), "-")) {
			continue
		}
		if b.Len()+utf8.RuneLen(r) > limit {
			break
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "-")
}
