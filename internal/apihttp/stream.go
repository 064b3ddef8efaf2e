package apihttp

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// standard is the default for responses.
var standard = Limits{maxBody, maxValues}

// stream decodes the body of a successful response while it arrives. cut is the
// error if the connection is lost meanwhile.
func stream(at server, r Request, body io.Reader) (failure *Failure, cut error) {
	limits := cmp.Or(r.Limits, standard)
	limited := &limitedReader{from: body, left: limits}
	err := r.Read(limited)
	switch {
	case limited.cut != nil:
		return nil, limited.cut
	case limited.left.Bytes < 0:
		failure = badReply(at, r.Method, fmt.Sprintf("is larger than %d MiB", limits.Bytes>>20))
		failure.TooLarge = true
	case limited.left.Values < 0:
		failure = badReply(at, r.Method, fmt.Sprintf("has more than %d values", limits.Values))
		failure.TooLarge = true
	case is[*json.SyntaxError](err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		failure = badReply(at, r.Method, notJSON)
	case err != nil:
		failure = unknownReply(at, r.Method, problem(err))
	}
	return failure, nil
}

// limitedReader stops when a limit is exceeded. That limit is then negative.
type limitedReader struct {
	from              io.Reader
	left              Limits
	inString, escaped bool
	cut               error // of the network
}

var errExceeded = errors.New("the limit is reached")

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if err != nil && err != io.EOF {
		l.cut = err
	}
	l.left.Bytes -= n
	l.left.Values -= l.commas(p[:n])
	if l.left.Bytes < 0 || l.left.Values < 0 {
		return 0, errExceeded
	}
	return n, err
}

// commas counts the commas outside strings in the next part.
func (l *limitedReader) commas(part []byte) (n int) {
	for _, c := range part {
		switch {
		case l.escaped:
			l.escaped = false
		case l.inString && c == '\\':
			l.escaped = true
		case c == '"':
			l.inString = !l.inString
		case !l.inString && c == ',':
			n++
		}
	}
	return n
}
