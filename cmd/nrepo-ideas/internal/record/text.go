package record

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// readText reads one title on each line.
func readText(s Source, yield func(Record, error) bool) error {
	f, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		in.Discard(3)
	}
	for line := 1; ; line++ {
		text, err := readLine(in)
		switch {
		case err == io.EOF:
			return nil
		case err == errLongLine:
		case err != nil:
			return err
		case !utf8.Valid(text):
			err = errors.New("it is not UTF-8")
		}
		title := strings.TrimSpace(string(text))
		if title == "" && err == nil {
			continue
		}
		if err != nil {
			err = s.fault(line, err)
		}
		if !yield(Record{File: s.Name, Line: line, Title: title}, err) {
			return nil
		}
	}
}
