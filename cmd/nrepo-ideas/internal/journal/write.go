package journal

import (
	"encoding/json"
	"time"
)

// gather is how long lines that nobody waits for are gathered before they are written.
const gather = 5 * time.Millisecond

// write applies lines to the state, even if they cannot be written, and passes them to
// the writer.
func (j *Journal) write(done State, lines ...line) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, l := range lines {
		if err := j.take(l, done); err != nil {
			return err
		}
	}
	return j.add(lines...)
}

// add passes lines to the writer. The caller holds mu.
func (j *Journal) add(lines ...line) error {
	if j.file == nil || j.broken != nil {
		return j.broken
	}
	if len(j.pending) == 0 {
		j.later.Reset(gather)
	}
	for _, l := range lines {
		doc, err := json.Marshal(l)
		if err != nil {
			return err
		}
		j.pending = append(append(j.pending, doc...), '\n')
	}
	return nil
}

// flush makes the writer write now.
func (j *Journal) flush() {
	select {
	case j.kick <- true:
	default: // it will
	}
}

// writer writes lines until kick is closed. It waits for the disk only if a caller does.
func (j *Journal) writer() {
	defer close(j.finished)
	var spare []byte
	for more := true; more; {
		select {
		case _, more = <-j.kick:
		case <-j.later.C:
		}
		j.mu.Lock()
		text, waiting, err := j.pending, j.waiting, j.broken
		j.pending, j.waiting = spare[:0], nil
		j.mu.Unlock()
		if err == nil && len(text) > 0 {
			_, err = j.file.Write(text) // the next Open removes a half-written line
		}
		if err == nil && (len(waiting) > 0 || !more) {
			err = j.file.Sync()
		}
		if err != nil {
			j.mu.Lock()
			j.broken = err
			j.mu.Unlock()
		}
		for _, w := range waiting {
			w <- err
		}
		spare = text
	}
}
