package progfile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// elfHeader returns the file header of an ELF program, with nothing after it.
func elfHeader(machine uint16, class, data byte) []byte {
	h := make([]byte, 64)
	copy(h, "\x7fELF")
	h[4], h[5], h[6] = class, data, 1
	order := binary.ByteOrder(binary.LittleEndian)
	if data == 2 {
		order = binary.BigEndian
	}
	order.PutUint16(h[16:], 2)
	order.PutUint16(h[18:], machine)
	order.PutUint32(h[20:], 1)
	return h
}

// elfWithLoader returns an ELF program that names a loader.
func elfWithLoader(loader string) []byte {
	h := elfHeader(62, 2, 1)
	binary.LittleEndian.PutUint64(h[32:], 64)
	binary.LittleEndian.PutUint16(h[54:], 56)
	binary.LittleEndian.PutUint16(h[56:], 1)
	p := make([]byte, 56)
	binary.LittleEndian.PutUint32(p, 3)
	binary.LittleEndian.PutUint64(p[8:], 120)
	binary.LittleEndian.PutUint64(p[32:], uint64(len(loader)+1))
	return append(append(h, p...), loader+"\x00"...)
}

func TestDiagnosis(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, plain := filepath.Join(dir, "nrepo-foo"), filepath.Join(dir, "interp")
	write := func(path, text string, mode os.FileMode) {
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(plain, "", 0o644)
	noHash, noLoader, chain := filepath.Join(dir, "nohash"), filepath.Join(dir, "noloader"), filepath.Join(dir, "chain")
	write(noHash, "echo hello\n", 0o755)
	write(noLoader, string(elfWithLoader("/no/ld.so")), 0o755)
	write(chain, "#!"+noLoader+"\n", 0o755)
	long := dir + strings.Repeat("/.", 120) + "/nohash"
	for _, row := range []struct {
		name, text string
		cause      error
		want       string
	}{
		{"missing interpreter", "#!/no/such/interp -x\n", syscall.ENOENT, `"/no/such/interp" does not exist`},
		{"hostile interpreter", "#!/no/\x1b[31m\n", syscall.ENOENT, `"/no/\u001b[31m" does not exist`},
		{"carriage return", "#!/bin/sh\r\necho\r\n", syscall.ENOENT, "carriage return"},
		{"carriage return and option", "#!/bin/sh -e\r\n", syscall.ENOENT, "carriage return"},
		{"interpreter not executable", "#!" + plain + "\n", syscall.EACCES, "not executable"},
		{"interpreter a directory", "#!/\n", syscall.EACCES, "directory"},
		{"empty #!", "#!  \n", syscall.ENOEXEC, "no interpreter"},
		{"only #!", "#!", syscall.ENOEXEC, "no interpreter"},
		{"no #! line", "echo hello\n", syscall.ENOEXEC, "#! line"},
		{"byte order mark", "\ufeff#!/bin/sh\n", syscall.ENOEXEC, "byte order mark"},
		{"empty", "", syscall.ENOEXEC, "empty"},
		{"binary rubbish", "\x00\x01\x02", syscall.ENOEXEC, "for this system"},
		{"big-endian processor", string(elfHeader(22, 2, 2)), syscall.ENOEXEC, "s390x"},
		{"32-bit", string(elfHeader(40, 1, 1)), syscall.ENOEXEC, "arm"},
		{"unknown processor", string(elfHeader(9999, 2, 1)), syscall.ENOEXEC, "another processor"},
		{"cut program", "\x7fELF", syscall.ENOEXEC, "for this system"},
		{"loader", string(elfWithLoader("/no/ld.so")), syscall.ENOENT, `loader "/no/ld.so"`},
		{"long loader", string(elfWithLoader("/" + strings.Repeat("\x1b", 4000))), syscall.ENOENT, `\u001b…" does not exist`},
		{"windows", "MZ\x00", syscall.ENOEXEC, "Windows"},
		{"interpreter without a loader", "#!" + noLoader + " -x\n", syscall.ENOENT, `loader "/no/ld.so"`},
		{"the same one level deeper", "#!" + chain + "\n", syscall.ENOENT, `loader "/no/ld.so"`},
		{"interpreter that is a script without one", "#!" + noHash + "\n", syscall.ENOEXEC, "cannot run"},
		{"long line", "#!" + long + "\n", syscall.ENOENT, "255 bytes"},
		{"long arguments", "#!/no/such/interp " + strings.Repeat("x", 300) + "\n", syscall.ENOENT, "does not exist"},
		{"UTF-16", "\xff\xfe#\x00!\x00/\x00", syscall.ENOEXEC, "UTF-16"},
		{"UTF-16, big-endian", "\xfe\xff\x00#\x00!", syscall.ENOEXEC, "UTF-16"},
		{"busy", "#!/bin/sh\n", syscall.ETXTBSY, "open for writing"},
		{"too long", "#!/bin/sh\n", syscall.E2BIG, "too long"},
		{"unknown cause", "#!/bin/sh\n", syscall.EIO, "input/output error"},
	} {
		write(path, row.text, 0o755)
		problem, hint := WhyNotRun(path, row.cause)
		if !strings.Contains(problem, row.want) || strings.Contains(problem, "\n") {
			t.Errorf("%s: %q, want %q", row.name, problem, row.want)
		}
		if hint == "" && row.cause != syscall.EIO {
			t.Errorf("%s: no hint", row.name)
		}
	}
	os.Remove(path)
	if problem, _ := WhyNotRun(path, syscall.ENOENT); problem == "" {
		t.Error("gone: nothing is said")
	}
}
