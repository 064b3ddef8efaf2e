package ideafile

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Parsed is the result of Parse.
type Parsed struct {
	Idea
	// Has is the set of fields in the front matter, by name.
	Has map[string]bool
	// Unknown lists the field names that this version does not know, in the order of
	// the file.
	Unknown []string

	lines map[string]int
}

// Line returns the line of a field of the front matter, from 1. For a missing field, it
// returns 1.
func (p Parsed) Line(field string) int { return max(1, p.lines[field]) }

// FaultError is an error in a line of a file.
type FaultError struct {
	Line int // from 1
	Err  error
}

// Error returns the line and the error.
func (e *FaultError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns e.Err.
func (e *FaultError) Unwrap() error { return e.Err }

func fault(line int, format string, args ...any) error {
	return &FaultError{max(1, line), fmt.Errorf(format, args...)}
}

const (
	fence    = "---"
	maxFront = 64 << 10 // bytes of front matter
)

// Parse parses a file. Text without front matter is only a body. A byte order mark at the
// beginning is ignored. If the first line of the front matter ends in CRLF, an editor has
// rewritten the file, and line ends in the body become LF; otherwise the body is not
// changed. The error is a *FaultError.
func Parse(doc []byte) (Parsed, error) {
	doc = bytes.TrimPrefix(doc, []byte("\uFEFF"))
	if err := checkUTF8(doc); err != nil {
		return Parsed{}, err
	}
	front, body, found, err := split(string(doc))
	if err != nil {
		return Parsed{}, err
	}
	p := Parsed{Has: map[string]bool{}, lines: map[string]int{}}
	p.Body = body
	if !found {
		return p, nil
	}
	return p, p.readFront(front)
}

// checkUTF8 returns an error with the line of the first byte that is not UTF-8.
func checkUTF8(doc []byte) error {
	if bytes.HasPrefix(doc, []byte("\xff\xfe")) || bytes.HasPrefix(doc, []byte("\xfe\xff")) {
		return fault(1, "the file is UTF-16; save it as UTF-8")
	}
	for i := 0; i < len(doc); {
		r, n := utf8.DecodeRune(doc[i:])
		if r == utf8.RuneError && n == 1 {
			return fault(1+bytes.Count(doc[:i], []byte("\n")), "byte %d is not UTF-8; save the file as UTF-8", i)
		}
		i += n
	}
	return nil
}

// split separates front matter and body. The front matter begins with "---" at the first
// byte and ends with a line "---" or "...".
func split(doc string) (front, body string, found bool, err error) {
	first, rest, ok := strings.Cut(doc, "\n")
	if strings.TrimRight(first, " \t\r") != fence || !ok {
		return "", doc, false, nil
	}
	end := 0
	for line := range strings.Lines(rest) {
		if mark := strings.TrimRight(line, " \t\r\n"); mark == fence || mark == "..." {
			body = rest[end+len(line):]
			if strings.HasSuffix(first, "\r") {
				body = strings.ReplaceAll(body, "\r\n", "\n")
			}
			// Remove the blank line and the line feed that Render puts around a body.
			return rest[:end], strings.TrimSuffix(strings.TrimPrefix(body, "\n"), "\n"), true, nil
		}
		if end += len(line); end > maxFront {
			return "", "", false, fault(1, "the front matter is longer than %d KiB, or its end, a line of three dashes, is missing", maxFront>>10)
		}
	}
	if second, _, _ := strings.Cut(rest, "\n"); strings.Contains(second, ":") {
		return "", "", false, fault(1, "the front matter has no end: put a line of three dashes after it")
	}
	return "", doc, false, nil // a Markdown text that begins with a horizontal rule
}

// readFront reads the fields. It uses the text of each value, not its YAML type, so that
// a title no, 012 or 2024-01-01 is not changed.
func (p *Parsed) readFront(front string) error {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(front), &doc); err != nil {
		return yamlFault(err)
	}
	if len(doc.Content) == 0 { // only comments, or nothing
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fault(root.Line+1, "the front matter must be lines such as title: \"…\"")
	}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		line := key.Line + 1
		name := strings.ToLower(key.Value)
		if name == "tag" || name == "keywords" {
			name = "tags"
		}
		if p.Has[name] {
			return fault(line, "%s is given twice", name)
		}
		err := p.set(name, value)
		if key.LineComment != "" && value.Value == "" {
			err = errComment
		}
		if err != nil {
			return fault(line, "%s %w", name, err)
		}
		p.Has[name], p.lines[name] = true, line
	}
	return nil
}

func (p *Parsed) set(name string, value *yaml.Node) (err error) {
	field := map[string]*string{
		"number": &p.Number, "id": &p.ID, "title": &p.Title, "status": &p.Status, "source": &p.Source,
		"source_url": &p.SourceURL, "parent_id": &p.Parent, "created_at": &p.CreatedAt, "updated_at": &p.UpdatedAt,
	}[name]
	switch {
	case field != nil:
		*field, err = text(value)
	case name == "tags":
		p.Tags, err = tags(value)
	case name == "relations":
		p.Relations, err = relations(value)
	default:
		p.Unknown = append(p.Unknown, name)
	}
	return err
}

var (
	errQuote   = errors.New("cannot be read: put it in double quotes")
	errComment = errors.New("has a # that begins a comment: put the text in double quotes")
)

// text returns a value as it is written.
func text(node *yaml.Node) (string, error) {
	switch {
	case node.Kind != yaml.ScalarNode:
		return "", errQuote
	case node.LineComment != "":
		return "", errComment
	}
	return node.Value, nil
}

// tags reads a list, or words separated by commas or written #a #b.
func tags(node *yaml.Node) ([]string, error) {
	var list []string
	switch node.Kind {
	case yaml.SequenceNode:
		for _, item := range node.Content {
			tag, err := text(item)
			if err != nil {
				return nil, err
			}
			list = append(list, tag)
		}
	case yaml.ScalarNode:
		line, err := text(node)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(line, "#") {
			line = strings.ReplaceAll(line, " #", ",")
		}
		list = strings.Split(strings.TrimPrefix(line, "#"), ",")
	default:
		return nil, errQuote
	}
	seen, kept := map[string]bool{}, []string{}
	for _, tag := range list {
		if tag = strings.TrimSpace(tag); tag != "" && !seen[tag] {
			seen[tag] = true
			kept = append(kept, tag)
		}
	}
	return kept, nil
}

func relations(node *yaml.Node) ([]Relation, error) {
	if node.Kind != yaml.SequenceNode {
		return nil, errors.New("must be a list")
	}
	list := []Relation{}
	for _, item := range node.Content {
		if item.Kind != yaml.MappingNode {
			return nil, errors.New("must be a list of objects")
		}
		var r Relation
		fields := map[string]*string{"type": &r.Type, "source_id": &r.Source, "target_id": &r.Target, "note": &r.Note}
		for i := 0; i < len(item.Content); i += 2 {
			field := fields[item.Content[i].Value]
			if field == nil {
				continue
			}
			var err error
			if *field, err = text(item.Content[i+1]); err != nil {
				return nil, err
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// yamlFault converts an error of the library, with the line number in the file.
func yamlFault(err error) error {
	reason, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if number, rest, found := strings.Cut(strings.TrimPrefix(reason, "line "), ": "); found {
		if n, err := strconv.Atoi(number); err == nil {
			reason, line = rest, n
		}
	}
	return fault(line+1, "cannot be read as YAML (%s); put the text in double quotes", reason)
}
