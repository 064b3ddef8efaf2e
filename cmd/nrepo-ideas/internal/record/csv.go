package record

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// columns are the accepted names of CSV columns.
var columns = map[string]string{
	"title": "title", "name": "title", "summary": "title",
	"body": "body", "description": "body", "text": "body",
	"tags": "tags", "tag": "tags", "labels": "tags", "keywords": "tags",
	"status": "status", "source_url": "source_url", "url": "source_url",
	"number": "number", "id": "id", "parent_id": "parent_id",
	"source": "", "created_at": "", "updated_at": "", // in an export; the service sets them itself
}

// readCSV reads a table with a header (RFC 4180), as spreadsheets write it.
func readCSV(s Source, yield func(Record, error) bool) error {
	f, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	skipped, delimiter, err := s.dialect(in)
	if err != nil {
		return err
	}
	rows := csv.NewReader(in)
	rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord, rows.ReuseRecord = delimiter, false, -1, true
	header, err := rows.Read()
	if err == io.EOF {
		return s.fault(1, errors.New("it has no header"))
	}
	if err != nil {
		return s.csvFault(skipped, err)
	}
	names, err := s.header(skipped, header)
	if err != nil {
		return err
	}
	for {
		cells, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.csvFault(skipped, err)
		}
		line, _ := rows.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		r, err := s.row(line+skipped, names, cells)
		if !yield(r, err) {
			return nil
		}
	}
}

// dialect detects the delimiter of a file, and skips a byte order mark and a line
// "sep=;". It returns how many lines it skipped.
func (s Source) dialect(in *bufio.Reader) (skipped int, delimiter rune, err error) {
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		in.Discard(3)
	}
	start, err := in.Peek(in.Size())
	if err != nil && err != io.EOF {
		return 0, 0, err
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return 0, 0, s.fault(1, errors.New("it is UTF-16: save it as UTF-8"))
	}
	first, _, _ := strings.Cut(string(start), "\n")
	if sep, ok := strings.CutPrefix(strings.TrimSpace(first), "sep="); ok && utf8.RuneCountInString(sep) == 1 {
		in.Discard(len(first) + 1)
		delimiter, _ = utf8.DecodeRuneInString(sep)
		return 1, delimiter, nil
	}
	if s.Delimiter != 0 {
		return 0, s.Delimiter, nil
	}
	for _, c := range ",;\t|" {
		for name := range strings.SplitSeq(first, string(c)) {
			if columns[columnName(name)] == "title" {
				return 0, c, nil
			}
		}
	}
	return 0, 0, s.fault(1, errors.New("the header has no column title"))
}

func columnName(cell string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(cell), `"`))
}

// header returns the field of each column, "" for a column that is ignored.
func (s Source) header(skipped int, cells []string) ([]string, error) {
	var names, unknown []string
	for _, cell := range cells {
		name, known := columns[columnName(cell)]
		if !known {
			unknown = append(unknown, fmt.Sprintf("%q", cell))
		}
		if name != "" && slices.Contains(names, name) {
			return nil, s.fault(1+skipped, fmt.Errorf("the header has two columns for %s", name))
		}
		names = append(names, name)
	}
	if !slices.Contains(names, "title") {
		return nil, s.fault(1+skipped, errors.New("the header has no column title"))
	}
	if unknown != nil {
		s.warn("%s: these columns are left out: %s", s.Name, strings.Join(unknown, ", "))
	}
	return names, nil
}

func (s Source) row(line int, names, cells []string) (Record, error) {
	r := Record{File: s.Name, Line: line}
	if len(cells) != len(names) {
		return r, s.fault(line, fmt.Errorf("it has %d cells, but the header has %d", len(cells), len(names)))
	}
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			return r, s.fault(line, errors.New("it is not UTF-8: save the file as UTF-8 (it may be Windows-1252)"))
		}
		cell = Plain(cell)
		switch names[i] {
		case "title":
			r.Title = strings.TrimSpace(cell)
		case "body":
			r.Body = cell
		case "status":
			r.Status = strings.TrimSpace(cell)
		case "source_url":
			r.SourceURL = strings.TrimSpace(cell)
		case "number":
			r.Number = strings.TrimSpace(cell)
		case "id":
			r.ID = strings.TrimSpace(cell)
		case "parent_id":
			r.ParentID = strings.TrimSpace(cell)
		case "tags":
			for t := range strings.SplitSeq(cell, ",") {
				if t = strings.TrimSpace(t); t != "" && !slices.Contains(r.Tags, t) {
					r.Tags = append(r.Tags, t)
				}
			}
		}
	}
	return r, nil
}

// csvFault describes a syntax error in a table. Nothing after it can be read.
func (s Source) csvFault(skipped int, err error) error {
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return s.fault(wrong.Line+skipped, wrong.Err)
	}
	return err
}

// Plain removes the tab that [Safe] has put before a cell.
func Plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "\t"); ok && isFormula(rest) {
		return rest
	}
	return cell
}

// Safe puts a tab before a cell that a spreadsheet would run as a formula.
func Safe(cell string) string {
	if isFormula(cell) {
		return "\t" + cell
	}
	return cell
}

// isFormula reports whether a spreadsheet may run a cell as a formula, without or with
// the tab of Safe.
func isFormula(cell string) bool {
	return strings.IndexAny(cell, "=+-@\t\r") == 0
}
