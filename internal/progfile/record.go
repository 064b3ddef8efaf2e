package progfile

import (
	"bytes"
	"encoding/binary"
	"io"
)

// maxSections is how many entries of a table are read at most.
const maxSections = 512

// record is a part of a file. A number beyond its end is 0.
type record struct {
	b     []byte
	order binary.ByteOrder
}

// part reads a part of a file, up to the end of the file.
func part(f io.ReaderAt, at, size int64) record {
	b := make([]byte, size)
	n, _ := f.ReadAt(b, at)
	return record{b[:n], binary.LittleEndian}
}

func (r record) begins(text string) bool { return bytes.HasPrefix(r.b, []byte(text)) }

// from returns the record without its first bytes.
func (r record) from(at int64) record {
	return record{r.b[min(max(0, at), int64(len(r.b))):], r.order}
}

func (r record) u16(at int64) int64 {
	if b := r.from(at).b; len(b) >= 2 {
		return int64(r.order.Uint16(b))
	}
	return 0
}

func (r record) u32(at int64) int64 {
	if b := r.from(at).b; len(b) >= 4 {
		return int64(r.order.Uint32(b))
	}
	return 0
}

func (r record) u64(at int64) int64 {
	if b := r.from(at).b; len(b) >= 8 {
		return int64(r.order.Uint64(b))
	}
	return 0
}

// first returns the first bytes.
func (r record) first(n int64) record { return record{r.b[:min(n, int64(len(r.b)))], r.order} }

// is reports whether the text of a record, up to the first NUL, is this one.
func (r record) is(text string) bool {
	own, _, _ := bytes.Cut(r.b, []byte{0})
	return string(own) == text
}

// text returns the text up to the first NUL.
func (r record) text() string {
	text, _, _ := bytes.Cut(r.b, []byte{0})
	return string(text)
}
