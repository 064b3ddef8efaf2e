package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// maxLine limits a line of JSON or text: a body has up to 50,000 characters of up to six
// bytes.
const maxLine = 1 << 20 // bytes

var errLongLine = fmt.Errorf("the line is longer than %d KiB", maxLine>>10)

// jsonRecord is a record in the form of an export and of the service. A text that is null
// is empty, but a record needs a title.
type jsonRecord struct {
	ID        neuralrepo.ID `json:"id"`
	Number    neuralrepo.ID `json:"number"`
	Title     *string       `json:"title"`
	Body      string        `json:"body"`
	Status    string        `json:"status"`
	Tags      []string      `json:"tags"`
	SourceURL string        `json:"source_url"`
	ParentID  neuralrepo.ID `json:"parent_id"`
	Relations []struct {
		Source neuralrepo.ID `json:"source_idea_id"`
		Target neuralrepo.ID `json:"target_idea_id"`
		Type   string        `json:"relation_type"`
		Note   string        `json:"note"`
	} `json:"relations"`
}

// readJSON reads one object on each line, or an array of objects, as log prints it.
func readJSON(s Source, yield func(Record, error) bool) error {
	f, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		in.Discard(3)
	}
	for {
		c, err := in.Peek(1)
		if err != nil || !bytes.ContainsAny(c, " \t\r\n") {
			break
		}
		if c[0] == '\n' {
			break // a blank line; lines are counted below
		}
		in.Discard(1)
	}
	if c, _ := in.Peek(1); len(c) == 1 && c[0] == '[' {
		return readArray(s, in, yield)
	}
	var failed error
	for records := range inOrder(jsonLines(in, &failed), s.decodeLines) {
		for _, r := range records {
			if !yield(r.Record, r.err) {
				return nil
			}
		}
	}
	return failed
}

// jsonLine is a line of a file.
type jsonLine struct {
	number int // from 1
	text   []byte
	err    error // errLongLine
}

// together is the size of the lines that are decoded together.
const together = 32 << 10 // bytes

// jsonLines returns the lines of a file that are not blank, many at a time. It sets failed
// if the file cannot be read.
func jsonLines(in *bufio.Reader, failed *error) iter.Seq[[]jsonLine] {
	return func(yield func([]jsonLine) bool) {
		var lines []jsonLine
		size := 0
		for number := 1; ; number++ {
			text, err := readLine(in)
			if err != nil && err != errLongLine {
				if err != io.EOF {
					*failed = err
				}
				yield(lines)
				return
			}
			if err == nil && len(bytes.TrimSpace(text)) == 0 {
				continue
			}
			lines = append(lines, jsonLine{number, text, err})
			if size += len(text); size >= together {
				if !yield(lines) {
					return
				}
				lines, size = nil, 0
			}
		}
	}
}

// decoded is a record or a fault.
type decoded struct {
	Record
	err error
}

func (s Source) decodeLines(lines []jsonLine) []decoded {
	records := make([]decoded, len(lines))
	for i, line := range lines {
		if line.err != nil {
			records[i].err = s.fault(line.number, line.err)
			continue
		}
		records[i].Record, records[i].err = s.decode(line.number, line.text)
	}
	return records
}

// readLine returns the next line without its line end. It skips a line that is too long.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) == 0 && !long:
			return nil, io.EOF
		case err != nil && err != io.EOF:
			return nil, err
		case long:
			return nil, errLongLine
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
}

func readArray(s Source, in io.Reader, yield func(Record, error) bool) error {
	lines := &lineCounter{r: in}
	dec := json.NewDecoder(lines)
	if _, err := dec.Token(); err != nil {
		return s.fault(1, err)
	}
	for dec.More() {
		var doc json.RawMessage
		if err := dec.Decode(&doc); err != nil {
			return s.fault(lines.at(dec.InputOffset()), errors.New("it is not valid JSON"))
		}
		r, err := s.decode(lines.at(dec.InputOffset()-int64(len(doc))), doc)
		if !yield(r, err) {
			return nil
		}
	}
	if _, err := dec.Token(); err != nil {
		return s.fault(lines.at(dec.InputOffset()), errors.New("the array has no end: it may be cut off"))
	}
	return nil
}

// lineCounter finds the line number of an offset.
type lineCounter struct {
	r      io.Reader
	offset int64
	ends   []int64 // ends of the lines after the last offset that was looked up
	line   int
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.ends = append(c.ends, c.offset+int64(i))
		}
	}
	c.offset += int64(n)
	return n, err
}

func (c *lineCounter) at(offset int64) int {
	for len(c.ends) > 0 && c.ends[0] < offset {
		c.ends = c.ends[1:]
		c.line++
	}
	return c.line + 1
}

func (s Source) decode(line int, doc []byte) (Record, error) {
	if !utf8.Valid(doc) {
		return Record{}, s.fault(line, errors.New("it is not UTF-8"))
	}
	var in jsonRecord
	if err := json.Unmarshal(doc, &in); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			return Record{}, s.fault(line, fmt.Errorf("%s has the wrong type", wrong.Field))
		}
		if json.Valid(doc) {
			return Record{}, s.fault(line, errors.New("it is not an object"))
		}
		return Record{}, s.fault(line, errors.New("it is not valid JSON"))
	}
	if in.Title == nil {
		return Record{}, s.fault(line, errors.New("it has no title"))
	}
	r := Record{File: s.Name, Line: line, Title: *in.Title, Body: in.Body, Status: in.Status, Tags: in.Tags,
		SourceURL: in.SourceURL, Number: string(in.Number), ID: string(in.ID), ParentID: string(in.ParentID)}
	for _, rel := range in.Relations {
		r.Relations = append(r.Relations, Relation{string(rel.Source), string(rel.Target), rel.Type, rel.Note})
	}
	return r, nil
}
