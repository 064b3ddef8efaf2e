package journal

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

// line is any line except the first.
type line struct {
	Event  string `json:"event"`         // "compared", "sent", "done", "not_sent", "linked"
	Key    string `json:"key,omitempty"` // of the record, or of the relation
	Origin string `json:"origin,omitempty"`
	ID     string `json:"id,omitempty"`
	Number string `json:"number,omitempty"`
}

// read reads the journal and returns where its last complete line ends.
func (j *Journal) read(r io.Reader) (end int64, err error) {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			return end, nil // the last line is incomplete
		}
		if err != nil {
			return 0, err
		}
		if n == 1 {
			if json.Unmarshal(text, &j.Head) != nil || j.Version == 0 {
				return 0, fmt.Errorf("%s is not an import journal", j.path)
			}
			if j.Version > Version {
				return 0, fmt.Errorf("%s was written by a newer nrepo (journal version %d, but this nrepo supports %d)", j.path, j.Version, Version)
			}
		} else if err := j.readLine(text); err != nil {
			if _, more := in.Peek(1); more == io.EOF && bytes.IndexByte(text, 0) >= 0 {
				return end, nil // zeros, left by a power failure
			}
			return 0, fmt.Errorf("%s: line %d: %w", j.path, n, ErrDamaged)
		}
		end += int64(len(text))
	}
}

func (j *Journal) readLine(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	return j.take(l, Done)
}

func (j *Journal) take(l line, done State) error {
	switch l.Event {
	case "compared":
		j.compared = true
		return nil
	case "linked":
		j.linked[l.Key] = true
		return nil
	}
	key, err := parseKey(l.Key)
	if err != nil {
		return err
	}
	j.forget(key)
	switch l.Event {
	case "sent":
		j.entries[key] = packed{state: Unknown}
		j.unknown++
	case "not_sent":
	case "done":
		j.entries[key] = packed{j.words.pack(l.ID), j.words.pack(l.Number), done}
		if origin, err := parseKey(l.Origin); err == nil {
			j.origins[origin] = key
		}
	default:
		return fmt.Errorf("the event %q is unknown", l.Event)
	}
	return nil
}

func (j *Journal) forget(key record.Key) {
	if j.entries[key].state == Unknown {
		j.unknown--
	}
	delete(j.entries, key)
}

func parseKey(text string) (key record.Key, err error) {
	if len(text) != hex.EncodedLen(len(key)) {
		return key, errors.New("not a key")
	}
	_, err = hex.Decode(key[:], []byte(text))
	return key, err
}
