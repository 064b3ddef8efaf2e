package manpage

import (
	"net/url"
	"regexp"
	"strings"
)

// FromMarkdown returns a page for a document. It supports the part of Markdown that this
// repository uses: headings, paragraphs, lists of one level, tables, fenced code, and inline
// code, emphasis and links. A table becomes a list with the first column as the tag. A relative
// link becomes a full URL, because its target is not installed with the page.
func FromMarkdown(p Page, source string, address *url.URL) string {
	source = link.ReplaceAllStringFunc(source, func(s string) string {
		found := link.FindStringSubmatch(s)
		target, err := address.Parse(found[2])
		if err != nil {
			return s
		}
		return "[" + found[1] + "](" + target.String() + ")"
	})
	var b strings.Builder
	m := markdown{out: &b, page: p}
	for line := range strings.Lines(source) {
		m.line(strings.TrimRight(line, " \r\n"))
	}
	m.endCode()
	m.flush()
	p.tail(&b)
	return b.String()
}

// markdown converts a document to a page.
type markdown struct {
	out     *strings.Builder
	page    Page
	text    []string // the current paragraph or list entry
	tag     string   // tag of the list entry; "" for a paragraph
	header  []string // header of the current table
	code    []string
	inCode  bool
	comment bool
}

var (
	link     = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	bullet   = regexp.MustCompile(`^[-*] +(.*)$`)
	numbered = regexp.MustCompile(`^(\d+\.) +(.*)$`)
	rule     = regexp.MustCompile(`^\|[-:| ]+\|$`)
)

func (m *markdown) line(s string) {
	switch {
	case strings.HasPrefix(strings.TrimSpace(s), "```"):
		if m.inCode {
			m.endCode()
		} else {
			m.flush()
			m.inCode = true
		}
		return
	case m.inCode:
		m.code = append(m.code, s)
		return
	case m.comment || strings.HasPrefix(s, "<!--"):
		m.comment = !strings.Contains(s, "-->")
		return
	case s == "":
		m.flush()
		return
	}
	if hashes := len(s) - len(strings.TrimLeft(s, "#")); hashes > 0 {
		m.flush()
		m.heading(hashes, strings.TrimSpace(s[hashes:]))
		return
	}
	if strings.HasPrefix(s, "|") {
		m.tableRow(s)
		return
	}
	if found := bullet.FindStringSubmatch(s); found != nil {
		m.flush()
		m.tag, m.text = `\(bu`, []string{found[1]}
	} else if found := numbered.FindStringSubmatch(s); found != nil {
		m.flush()
		m.tag, m.text = found[1], []string{found[2]}
	} else {
		m.text = append(m.text, strings.TrimSpace(s))
	}
}

func (m *markdown) heading(level int, title string) {
	switch {
	case level == 1:
		m.page.head(m.out, plain(title))
		section(m.out, "DESCRIPTION")
	case level == 2:
		section(m.out, strings.ToUpper(plain(title)))
	default:
		subsection(m.out, plain(title))
	}
}

func (m *markdown) tableRow(s string) {
	if rule.MatchString(s) {
		return
	}
	// A bar in code is written \|.
	s = strings.ReplaceAll(strings.Trim(s, "|"), `\|`, "\x00")
	var cells []string
	for cell := range strings.SplitSeq(s, "|") {
		cells = append(cells, strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|")))
	}
	if m.header == nil {
		m.flush()
		m.header = cells
		return
	}
	var body []string
	for i, cell := range cells[1:] {
		if cell == "" {
			continue
		}
		if len(cells) > 2 && i+1 < len(m.header) && m.header[i+1] != "" {
			cell = m.header[i+1] + ": " + cell
		}
		body = append(body, fill(inline(cell)))
	}
	if len(body) == 0 {
		body = []string{`\&`}
	}
	m.out.WriteString(".TP\n" + inline(cells[0]) + "\n" + strings.Join(body, "\n.br\n") + "\n")
}

// flush writes the paragraph or list entry that has been read.
func (m *markdown) flush() {
	m.header = nil
	if len(m.text) == 0 {
		return
	}
	if m.tag == "" {
		paragraph(m.out)
	} else {
		m.out.WriteString(".IP " + m.tag + " 4\n")
	}
	m.out.WriteString(fill(inline(strings.Join(m.text, " "))) + "\n")
	m.tag, m.text = "", nil
}

func (m *markdown) endCode() {
	if m.inCode {
		example(m.out, m.code)
	}
	m.inCode, m.code = false, nil
}

var markup = regexp.MustCompile("`([^`]+)`" + `|\*\*([^*]+)\*\*|\*([^* ][^*]*)\*|\[([^\]]+)\]\(([^)]+)\)`)

// inline escapes a text and sets its code, emphasis and links.
func inline(s string) string {
	var b strings.Builder
	rest := 0
	for _, at := range markup.FindAllStringSubmatchIndex(s, -1) {
		part := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return s[at[2*i]:at[2*i+1]]
		}
		b.WriteString(text(s[rest:at[0]]))
		switch {
		case part(1) != "":
			b.WriteString(bold(part(1)))
		case part(2) != "":
			b.WriteString(bold(part(2)))
		case part(3) != "":
			b.WriteString(italic(part(3)))
		default:
			b.WriteString(inline(part(4)))
			if strings.Contains(part(5), "://") && part(4) != part(5) {
				b.WriteString(" (" + text(part(5)) + ")")
			}
		}
		rest = at[1]
	}
	b.WriteString(text(s[rest:]))
	return b.String()
}

// plain returns a text without markup, for a heading.
func plain(s string) string {
	return markup.ReplaceAllString(s, "$1$2$3$4")
}
