//go:build unix

package main

import (
	"io"
	"os"
	"syscall"
)

var executableSuffixes = []string{""}

func isDevice(string) bool { return false }

// replaceProcess is execve: it returns only when it failed.
func replaceProcess(path string, argv, environ []string) error {
	return syscall.Exec(path, argv, environ)
}

// fileInfo is what the dispatcher asks of a file. Here and below package
// syscall stands where os would do: os.FileInfo brings the formatting and zone
// files of package time into the program, a tenth of its size.
type fileInfo struct {
	device, inode uint64
	mode          uint32
}

func newFileInfo(call func(string, *syscall.Stat_t) error, path string) (fileInfo, error) {
	var s syscall.Stat_t
	for {
		switch err := call(path, &s); err {
		case nil:
			return fileInfo{uint64(s.Dev), s.Ino, uint32(s.Mode)}, nil
		case syscall.EINTR:
		default:
			return fileInfo{}, err
		}
	}
}

func stat(path string) (fileInfo, error)  { return newFileInfo(syscall.Stat, path) }
func lstat(path string) (fileInfo, error) { return newFileInfo(syscall.Lstat, path) }

func (i fileInfo) isRegular() bool { return i.mode&syscall.S_IFMT == syscall.S_IFREG }
func (i fileInfo) isDir() bool     { return i.mode&syscall.S_IFMT == syscall.S_IFDIR }
func (i fileInfo) isLink() bool    { return i.mode&syscall.S_IFMT == syscall.S_IFLNK }

// executable reports whether anybody may execute the file.
func (i fileInfo) executable() bool { return i.mode&0o111 != 0 }

// same reports whether both are one file.
func (i fileInfo) same(j fileInfo) bool { return i.device == j.device && i.inode == j.inode }

// runnable returns what stat says of a file if it is a regular one that this
// user may execute.
func runnable(path string) (fileInfo, bool) {
	info, err := stat(path)
	return info, err == nil && info.isRegular() && syscall.Access(path, 1) == nil // 1 is X_OK
}

// file is a file open for reading.
type file int

// openFile opens a file. os.Open would try to wait for it with epoll: five
// system calls more for each.
func openFile(path string) (file, error) {
	for {
		fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != syscall.EINTR {
			return file(fd), err
		}
	}
}

// ReadAt is that of io.ReaderAt.
func (f file) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) {
		m, err := syscall.Pread(int(f), b[n:], at+int64(n))
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return n, err
		case m == 0:
			return n, io.EOF
		default:
			n += m
		}
	}
	return n, nil
}

func (f file) Close() error { return syscall.Close(int(f)) }

// child is a process that leads a process group of its own.
type child int

// startChild runs a program with an output and nothing else.
func startChild(path string, argv, environ []string, null, out *os.File) (child, error) {
	pid, err := syscall.ForkExec(path, argv, &syscall.ProcAttr{
		Env:   environ,
		Files: []uintptr{null.Fd(), out.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	return child(pid), err
}

// kill ends the child and all that it started.
func (c child) kill() { syscall.Kill(-int(c), syscall.SIGKILL) }

// wait reports whether the child ended with exit code 0.
func (c child) wait() bool {
	var status syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(int(c), &status, 0, nil); err != syscall.EINTR {
			return err == nil && status.Exited() && status.ExitStatus() == 0
		}
	}
}

// namesIn returns the names in a directory, none when it cannot be read.
func namesIn(dir string) []string {
	fd, err := syscall.Open(dir, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	var names []string
	buf := make([]byte, 32<<10)
	for {
		n, err := syscall.ReadDirent(fd, buf)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return names
		}
		_, _, names = syscall.ParseDirent(buf[:n], -1, names)
	}
}
