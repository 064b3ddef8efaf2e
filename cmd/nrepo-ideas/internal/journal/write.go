package journal

import "encoding/json"

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

// writer writes lines as they arrive, until kick is closed. Only callers that need the
// lines on the disk wait for it.
func (j *Journal) writer() {
	defer close(j.finished)
	for more := true; more; {
		_, more = <-j.kick
		j.mu.Lock()
		text, waiting, err := j.pending, j.waiting, j.broken
		j.pending, j.waiting = nil, nil
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
	}
}

// add passes lines to the writer. The caller holds mu.
func (j *Journal) add(lines ...line) error {
	if j.file == nil || j.broken != nil {
		return j.broken
	}
	for _, l := range lines {
		doc, err := json.Marshal(l)
		if err != nil {
			return err
		}
		j.pending = append(append(j.pending, doc...), '\n')
	}
	select {
	case j.kick <- true:
	default: // the writer has been woken already
	}
	return nil
}
