package progfile

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// open opens a regular file and returns its size. It does not block if the file was replaced
// by a pipe.
func open(path string) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// bounded is a file with a limit on the bytes that can be read.
type bounded struct {
	f    io.ReaderAt
	left int64
}

var errSpent = errors.New("as much was read as may be")

func (b *bounded) ReadAt(p []byte, at int64) (int, error) {
	if int64(len(p)) > b.left {
		return 0, errSpent
	}
	n, err := b.f.ReadAt(p, at)
	b.left -= int64(n)
	return n, err
}
