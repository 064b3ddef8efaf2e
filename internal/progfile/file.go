package progfile

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"syscall"
)

// file is an open file whose first bytes have been read.
type file struct {
	*os.File
	head []byte
	info os.FileInfo
	left *int64 // remaining bytes that may be read after the first ones; nil for no limit
}

// open opens a regular file and reads its first bytes into a buffer. It does not block if the
// file was replaced by a pipe.
func open(path string, buf []byte) (file, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return file{}, err
	}
	info, err := f.Stat()
	n := 0
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	} else if err == nil {
		n, err = f.ReadAt(buf[:min(int64(len(buf)), info.Size())], 0)
	}
	if err != nil && err != io.EOF {
		f.Close()
		return file{}, err
	}
	return file{f, buf[:n], info, nil}, nil
}

// ReadAt needs no system call for the first bytes. After the limit it reads nothing.
func (f file) ReadAt(b []byte, at int64) (int, error) {
	if at >= 0 && at+int64(len(b)) <= int64(len(f.head)) {
		return copy(b, f.head[at:]), nil
	}
	if f.left == nil {
		return f.File.ReadAt(b, at)
	}
	n, err := f.File.ReadAt(b[:min(int64(len(b)), max(0, *f.left))], at)
	*f.left -= int64(n)
	if n < len(b) {
		err = cmp.Or(err, io.EOF)
	}
	return n, err
}

// isText reports whether the file is not a program.
func (f file) isText() bool {
	return bytes.HasPrefix(f.head, []byte("#!")) || bytes.IndexByte(f.head, 0) < 0
}

// text reads the beginning of a text file into a buffer. It adds a line feed at the end of the
// file.
func (f file) text(buf []byte) []byte {
	n, _ := f.ReadAt(buf[:min(f.info.Size(), int64(len(buf)))], 0)
	if int64(n) == f.info.Size() {
		return append(buf[:n], '\n')
	}
	return buf[:n]
}
