// Package manpage writes manual pages from existing text, so that there is only one source:
// [FromHelp] reads the help that a program prints, and [FromMarkdown] a document of this
// repository.
//
// The pages use man macros that both groff and mandoc support: see groff_man(7), and man(7) of
// mandoc.
package manpage

import (
	"fmt"
	"strings"
	"time"
)

// Page describes a manual page.
type Page struct {
	Name    string    // such as nrepo-push
	Section int       // 1 for a program, 7 for other topics
	Version string    // of the program, for the footer
	Date    time.Time // for the footer, shown in UTC
	SeeAlso []string  // other pages, such as nrepo(1)
}

// head returns the title line and the NAME section.
func (p Page) head(b *strings.Builder, summary string) {
	fmt.Fprintf(b, ".TH %s %d %s %s %s\n", argument(strings.ToUpper(p.Name)), p.Section,
		p.Date.UTC().Format(time.DateOnly), argument("nrepo "+p.Version), argument("NeuralRepo"))
	b.WriteString(".ad l\n.nh\n.nr HY 0\n") // no justified lines, no hyphenation of addresses
	section(b, "NAME")
	b.WriteString(text(p.Name) + ` \- ` + text(lower(summary)) + "\n")
}

// tail returns the SEE ALSO section.
func (p Page) tail(b *strings.Builder) {
	var others []string
	for _, ref := range p.SeeAlso {
		if ref != fmt.Sprintf("%s(%d)", p.Name, p.Section) {
			name, number, _ := strings.Cut(ref, "(")
			others = append(others, ".BR "+text(name)+" ("+number)
		}
	}
	if len(others) == 0 {
		return
	}
	section(b, "SEE ALSO")
	b.WriteString(strings.Join(others, " ,\n") + "\n")
}

func section(b *strings.Builder, title string)    { b.WriteString(".SH " + argument(title) + "\n") }
func subsection(b *strings.Builder, title string) { b.WriteString(".SS " + argument(title) + "\n") }

// paragraph begins a paragraph, unless one has just begun.
func paragraph(b *strings.Builder) {
	s := strings.TrimSuffix(b.String(), "\n")
	switch last := s[strings.LastIndexByte(s, '\n')+1:]; {
	case strings.HasPrefix(last, ".SH "), strings.HasPrefix(last, ".SS "), last == ".PP":
	default:
		b.WriteString(".PP\n")
	}
}

// tagged writes an entry of a list: a tag and its text, both escaped.
func tagged(b *strings.Builder, tag, body string) {
	b.WriteString(".TP\n" + tag + "\n" + fill(body) + "\n")
}

// example writes lines that are shown unchanged.
func example(b *strings.Builder, lines []string) {
	paragraph(b)
	b.WriteString(".RS 4\n.EX\n")
	for _, line := range lines {
		b.WriteString(guard(text(strings.ReplaceAll(line, "\t", "    "))) + "\n")
	}
	b.WriteString(".EE\n.RE\n")
}

var escapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// text escapes a line of running text.
func text(s string) string {
	var b strings.Builder
	for _, r := range escapes.Replace(s) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}

// guard prevents a macro at the start of an escaped line.
func guard(line string) string {
	if strings.HasPrefix(line, ".") {
		return `\&` + line
	}
	return line
}

// argument escapes an argument of a macro.
func argument(s string) string { return `"` + strings.ReplaceAll(text(s), `"`, `\(dq`) + `"` }

func bold(s string) string   { return `\fB` + text(s) + `\fR` }
func italic(s string) string { return `\fI` + text(s) + `\fR` }

// fill breaks an escaped text into lines that are short enough for mandoc -T lint.
func fill(s string) string {
	const most = 76
	var b strings.Builder
	width := 0
	for i, word := range strings.Split(s, " ") {
		switch {
		case i == 0:
		case width+1+len(word) > most:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		if width == 0 {
			word = guard(word)
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String()
}

// lower changes the first letter of a summary to lower case, as usual in NAME, unless the summary
// begins with an abbreviation.
func lower(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
