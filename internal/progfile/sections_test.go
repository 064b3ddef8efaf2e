package progfile

import (
	"bytes"
	stdelf "debug/elf"
	"encoding/binary"
	"os"
	"testing"
)

// elfWithConstants returns an ELF program with a section of 5 bytes of constants, and a section
// of three names.
func elfWithConstants(class, data byte) []byte {
	order := binary.ByteOrder(binary.LittleEndian)
	if data == 2 {
		order = binary.BigEndian
	}
	names, constants := "\x00.rodata\x00.shstrtab\x00", "const"
	var b bytes.Buffer
	word := func(v uint64) any {
		if class == 2 {
			return v
		}
		return uint32(v)
	}
	write := func(values ...any) {
		for _, v := range values {
			binary.Write(&b, order, v)
		}
	}
	headerSize, entrySize := uint16(52), uint16(40)
	if class == 2 {
		headerSize, entrySize = 64, 64
	}
	at := uint64(headerSize)
	write([]byte("\x7fELF"), class, data, byte(1), make([]byte, 9), uint16(2), uint16(62), uint32(1), word(0), word(0),
		word(at+uint64(len(names)+len(constants))), uint32(0), headerSize, uint16(0), uint16(0), entrySize, uint16(3), uint16(2))
	write([]byte(names), []byte(constants))
	section := func(name, kind uint32, offset, size int) {
		write(name, kind, word(0), word(0), word(at+uint64(offset)), word(uint64(size)), uint32(0), uint32(0), word(1), word(0))
	}
	write(make([]byte, entrySize))
	section(1, 1, len(names), len(constants))
	section(9, 3, 0, len(names))
	return b.Bytes()
}

// TestELF compares the result with that of debug/elf.
func TestELF(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		own = elfWithConstants(2, 1)
	}
	for name, program := range map[string][]byte{
		"64 bits":             elfWithConstants(2, 1),
		"64 bits, big-endian": elfWithConstants(2, 2),
		"32 bits":             elfWithConstants(1, 1),
		"32 bits, big-endian": elfWithConstants(1, 2),
		"this one":            own,
	} {
		file, err := stdelf.NewFile(bytes.NewReader(program))
		if err != nil {
			t.Fatal(name, err)
		}
		want := file.Section(".rodata")
		got := constants(sections(bytes.NewReader(program)), int64(len(program)))
		if len(got) != 1 || got[0].offset != int64(want.Offset) || got[0].size != int64(want.FileSize) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// A wrong table does not lead to reads outside of the file.
func TestOddSections(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 4, 5, 40, 63, 64, 80, 100, 200} {
		for _, first := range []string{"\x7fELF\x02\x01", "\x7fELF\x01\x02", "\xcf\xfa\xed\xfe", "MZ"} {
			program := bytes.Repeat([]byte{0xff}, max(size, len(first)))
			copy(program, first)
			for _, s := range constants(sections(bytes.NewReader(program)), int64(len(program))) {
				if s.offset < 0 || s.size < 0 || s.offset+s.size > int64(len(program)) {
					t.Errorf("%q of %d bytes: %+v", first, size, s)
				}
			}
			if module, version := buildInfo(bytes.NewReader(program), sections(bytes.NewReader(program))); module+version != "" {
				t.Errorf("%q of %d bytes: %q %q", first, size, module, version)
			}
		}
	}
}
