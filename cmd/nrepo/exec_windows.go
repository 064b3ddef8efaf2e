package main

import (
	"os"
	"os/signal"
	"syscall"
)

var executableSuffixes = windowsSuffixes

func isDevice(name string) bool { return windowsDevice(name) }

// replaceProcess runs a child and returns its exit code, for Windows cannot
// replace a process. Ctrl-C reaches the child through the console; nrepo
// ignores it meanwhile and waits for what the child makes of it.
func replaceProcess(path string, argv, environ []string) error {
	signal.Ignore(os.Interrupt)
	return runChild(path, argv, environ)
}

// fileInfo is what the dispatcher asks of a file.
type fileInfo struct{ info os.FileInfo }

func stat(path string) (fileInfo, error) {
	info, err := os.Stat(path)
	return fileInfo{info}, err
}

func lstat(path string) (fileInfo, error) {
	info, err := os.Lstat(path)
	return fileInfo{info}, err
}

func (i fileInfo) isRegular() bool { return i.info.Mode().IsRegular() }
func (i fileInfo) isDir() bool     { return i.info.IsDir() }
func (i fileInfo) isLink() bool    { return i.info.Mode()&os.ModeSymlink != 0 }

// executable is true: on Windows the suffix says what can be executed.
func (i fileInfo) executable() bool { return true }

// same reports whether both are one file.
func (i fileInfo) same(j fileInfo) bool { return os.SameFile(i.info, j.info) }

// runnable returns what stat says of a file if it is a regular one.
func runnable(path string) (fileInfo, bool) {
	info, err := stat(path)
	return info, err == nil && info.isRegular()
}

// openFile opens a file for reading.
func openFile(path string) (*os.File, error) { return os.Open(path) }

// child is a process that leads a process group of its own.
type child struct{ p *os.Process }

// startChild runs a program with an output and nothing else.
func startChild(path string, argv, environ []string, null, out *os.File) (child, error) {
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Env:   environ,
		Files: []*os.File{null, out, null},
		Sys:   &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP},
	})
	return child{p}, err
}

// kill ends the child.
func (c child) kill() { c.p.Kill() }

// wait reports whether the child ended with exit code 0.
func (c child) wait() bool {
	state, err := c.p.Wait()
	return err == nil && state.Success()
}

// namesIn returns the names in a directory, none when it cannot be read.
func namesIn(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	return names
}
