package manpage

import (
	"regexp"
	"slices"
	"strings"
)

// Help is a parsed help text. All programs of this repository use the same layout: a summary,
// the usage, then blocks, which have a heading on its own line that ends in a colon, and
// indented lines. Between blocks there may be text without indent.
type Help struct {
	Summary string
	Usage   []string
	Blocks  []Block
}

// Block is a part of a help text.
type Block struct {
	Title string   // "" for running text
	Lines []string // without the indent; no blank line at either end
}

// Sub is the help of a subcommand or built-in, shown within the page of its
// program.
type Sub struct {
	Name string // as it is typed, such as "nrepo key create"
	Help string
}

var (
	heading = regexp.MustCompile(`^([A-Za-z][A-Za-z ]*):$`)
	usage   = regexp.MustCompile(`^usage: (.*)$`)
	row     = regexp.MustCompile(`^(\S.*?)  +(\S.*)$`)
	columns = regexp.MustCompile(`\S  +\S`)
)

// ParseHelp parses a help text.
func ParseHelp(s string) Help {
	var h Help
	var blocks []Block
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \n")
		last := len(blocks) - 1
		if m := usage.FindStringSubmatch(line); m != nil {
			blocks = append(blocks, Block{Title: "usage", Lines: []string{m[1]}})
		} else if m := heading.FindStringSubmatch(line); m != nil {
			blocks = append(blocks, Block{Title: m[1]})
		} else if last < 0 || blocks[last].Title != "" && line != "" && line[0] != ' ' {
			blocks = append(blocks, Block{Lines: []string{line}})
		} else {
			blocks[last].Lines = append(blocks[last].Lines, line)
		}
	}
	for i, b := range blocks {
		b.Lines = trim(b.Lines)
		switch {
		case i == 0 && b.Title == "" && len(b.Lines) == 1:
			h.Summary = b.Lines[0]
		case strings.EqualFold(b.Title, "usage"):
			for _, line := range b.Lines {
				h.Usage = append(h.Usage, strings.TrimSpace(line))
			}
		case len(b.Lines) > 0:
			h.Blocks = append(h.Blocks, b)
		}
	}
	if h.Summary == "" && len(h.Blocks) > 0 && h.Blocks[0].Title == "" {
		h.Summary = h.Blocks[0].Lines[0]
	}
	return h
}

// trim removes blank lines at both ends, and the indent that all lines have in common.
func trim(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	indent := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, " ")); line != "" && (indent < 0 || n < indent) {
			indent = n
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			out[i] = line[indent:]
		}
	}
	return out
}

// Names returns the commands that a help text lists: the names of the rows
// under "Commands", and the words under "built in".
func (h Help) Names() []string {
	var names []string
	for _, b := range h.Blocks {
		switch strings.ToLower(b.Title) {
		case "commands":
			for _, r := range b.rows() {
				names = append(names, r[0])
			}
		case "built in":
			names = append(names, strings.Split(strings.Join(b.Lines, " "), ", ")...)
		}
	}
	return names
}

// rows returns a block as a list of two columns; a line with a deeper indent continues the row
// above.
func (b Block) rows() [][2]string {
	var rows [][2]string
	for _, line := range b.Lines {
		if m := row.FindStringSubmatch(line); m != nil {
			rows = append(rows, [2]string{m[1], m[2]})
		} else if strings.HasPrefix(line, "  ") && len(rows) > 0 {
			text := &rows[len(rows)-1][1]
			*text = strings.TrimSpace(*text + " " + strings.TrimSpace(line))
		} else {
			rows = append(rows, [2]string{line, ""})
		}
	}
	return rows
}

// FromHelp returns the page of a program: its help, and that of its
// subcommands.
func FromHelp(p Page, help string, subs []Sub) string {
	h := ParseHelp(help)
	var b strings.Builder
	summary := strings.TrimPrefix(h.Summary, p.Name+", ")
	p.head(&b, strings.TrimSuffix(summary, "."))
	section(&b, "SYNOPSIS")
	synopsis(&b, h.Usage)
	var description, rest []Block
	for _, block := range h.Blocks {
		if block.Title == "" {
			description = append(description, block)
		} else {
			rest = append(rest, block)
		}
	}
	section(&b, "DESCRIPTION")
	if len(description) == 0 {
		b.WriteString(text(h.Summary) + ".\n")
	}
	for _, block := range description {
		block.write(&b)
	}
	for _, block := range rest {
		section(&b, title(block.Title))
		block.write(&b)
		if block.listsCommands() {
			for _, sub := range subs {
				sub.write(&b, h)
			}
		}
	}
	p.tail(&b)
	return b.String()
}

// write writes a subcommand, without what it shares with its program.
func (s Sub) write(b *strings.Builder, program Help) {
	h := ParseHelp(s.Help)
	subsection(b, s.Name)
	if h.Summary != "" && (len(h.Blocks) == 0 || h.Summary != h.Blocks[0].Lines[0]) {
		b.WriteString(text(h.Summary) + ".\n")
		paragraph(b)
	}
	if len(h.Usage) > 0 {
		synopsis(b, h.Usage)
	}
	for _, block := range h.Blocks {
		switch {
		case block.listsFlags() || block.listsCommands():
			writeRows(b, slices.DeleteFunc(block.rows(), program.hasRow))
		case !program.hasBlock(block):
			if block.Title != "" {
				paragraph(b)
				b.WriteString(text(strings.ToUpper(block.Title[:1])+block.Title[1:]) + ":\n")
			}
			block.write(b)
		}
	}
}

// hasRow reports whether the page already explains a flag for the whole program.
func (h Help) hasRow(row [2]string) bool {
	return slices.ContainsFunc(h.Blocks, func(b Block) bool {
		return b.isList() && slices.Contains(b.rows(), row)
	})
}

// hasBlock reports whether the program has the same block, such as the exit
// codes.
func (h Help) hasBlock(block Block) bool {
	return slices.ContainsFunc(h.Blocks, func(b Block) bool {
		return b.Title == block.Title && slices.Equal(b.Lines, block.Lines)
	})
}

// title returns the usual name of a section; see man-pages(7).
func title(heading string) string {
	switch heading = strings.ToUpper(heading); heading {
	case "FLAGS":
		return "OPTIONS"
	case "EXIT CODES":
		return "EXIT STATUS"
	case "EXAMPLE":
		return "EXAMPLES"
	}
	return heading
}

// isList reports whether a block is a list of names, each with its explanation.
func (b Block) isList() bool {
	if b.listsFlags() || b.listsCommands() {
		return true
	}
	if b.Title == "" || b.isExample() {
		return false
	}
	return !slices.ContainsFunc(b.rows(), func(r [2]string) bool { return r[1] == "" || columns.MatchString(r[1]) })
}

func (b Block) listsFlags() bool { return strings.EqualFold(b.Title, "flags") }

func (b Block) listsCommands() bool {
	t := strings.ToLower(b.Title)
	return t == "commands" || t == "built in"
}

func (b Block) isExample() bool { return strings.HasPrefix(strings.ToLower(b.Title), "example") }

func (b Block) write(out *strings.Builder) {
	switch {
	case b.isList():
		writeRows(out, b.rows())
	case b.isExample():
		example(out, b.Lines)
	default:
		for p := range strings.SplitSeq(strings.Join(b.Lines, "\n"), "\n\n") {
			paragraph(out)
			out.WriteString(fill(text(strings.Join(strings.Fields(p), " "))) + "\n")
		}
	}
}

func writeRows(b *strings.Builder, rows [][2]string) {
	for _, r := range rows {
		tagged(b, bold(r[0]), text(r[1]))
	}
}

func synopsis(b *strings.Builder, usage []string) {
	b.WriteString(".nf\n")
	for _, line := range usage {
		b.WriteString(bold(line) + "\n")
	}
	b.WriteString(".fi\n")
}
