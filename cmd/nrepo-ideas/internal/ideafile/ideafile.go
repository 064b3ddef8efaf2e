// Package ideafile writes an idea as a Markdown file with front matter and reads such a
// file. edit, pull, export and import use it, so that each can read the files of the
// others.
package ideafile

import "strings"

// Idea is the content of a file. All values are text, as written in the file; "" means
// that the field is missing.
type Idea struct {
	Number    string // number among the user's ideas, such as "12"
	ID        string // the service's id, such as "698"
	Title     string
	Status    string
	Tags      []string
	Source    string // the program that created it, such as "cli"
	SourceURL string
	Parent    string // id of the parent idea
	CreatedAt string // as the service wrote it
	UpdatedAt string
	Relations []Relation // nil if the file has no such field
	Body      string     // Markdown, byte for byte
}

// Relation is a relation in a file's front matter.
type Relation struct {
	Type   string // such as "blocks"
	Source string // id of the idea that the relation starts from
	Target string // id of the idea that it leads to
	Note   string
}

// Render returns the file of an idea. The same idea gives the same bytes, and [Parse]
// returns the same idea. Each hint is a comment line at the end of the front matter.
func Render(idea Idea, hints ...string) []byte {
	var b strings.Builder
	b.WriteString(fence + "\n")
	scalar := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	text := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + quote(value) + "\n")
		}
	}
	scalar("number", plainNumber(idea.Number))
	scalar("id", plainNumber(idea.ID))
	b.WriteString("title: " + quote(idea.Title) + "\n")
	text("status", idea.Status)
	b.WriteString("tags: " + list(idea.Tags) + "\n")
	text("source", idea.Source)
	text("source_url", idea.SourceURL)
	scalar("parent_id", plainNumber(idea.Parent))
	text("created_at", idea.CreatedAt)
	text("updated_at", idea.UpdatedAt)
	if len(idea.Relations) > 0 {
		b.WriteString("relations:\n")
		for _, r := range idea.Relations {
			b.WriteString("  - {type: " + quote(r.Type) + ", source_id: " + plainNumber(r.Source) + ", target_id: " + plainNumber(r.Target))
			if r.Note != "" {
				b.WriteString(", note: " + quote(r.Note))
			}
			b.WriteString("}\n")
		}
	}
	for _, hint := range hints {
		b.WriteString(strings.TrimRight("# "+hint, " ") + "\n")
	}
	b.WriteString(fence + "\n")
	if idea.Body != "" {
		b.WriteString("\n" + idea.Body + "\n")
	}
	return []byte(b.String())
}

// plainNumber writes an id of digits as a number and any other id as a string.
func plainNumber(id string) string {
	if id == "" || strings.Trim(id, "0123456789") == "" {
		return id
	}
	return quote(id)
}

func list(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = quote(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes a YAML string in double quotes, which has the same meaning in YAML 1.1 and
// 1.2. It escapes characters that YAML does not allow, or that some parsers take for a line
// break (YAML 1.2, sections 5.1 and 5.7).
func quote(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ', r >= 0x7f && r <= 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&0xf])
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
