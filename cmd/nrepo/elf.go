package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// elfFile is the little that the dispatcher reads of an ELF file: debug/elf,
// which debug/buildinfo needs too, would make it a quarter larger.
// Layout: System V ABI, chapters 4 and 5.
type elfFile struct {
	r        io.ReaderAt
	order    binary.ByteOrder
	wide     bool // 64-bit
	machine  uint16
	programs elfTable
	sections elfTable
	names    int // index of the section with the section names
}

type elfTable struct {
	offset      uint64
	size, count int // bytes of an entry, number of entries
}

// span is a part of a file in bytes.
type span struct{ offset, size int64 }

// maxTable bounds the headers read of a file; real ones have some dozens.
const maxTable = 1 << 16

var errNotELF = errors.New("not an ELF file")

// readELF reads the file header.
func readELF(r io.ReaderAt) (*elfFile, error) {
	var h [64]byte
	if n, _ := r.ReadAt(h[:], 0); n < 52 || string(h[:4]) != "\x7fELF" {
		return nil, errNotELF
	}
	f := &elfFile{r: r, wide: h[4] == 2, order: binary.LittleEndian}
	if h[5] == 2 {
		f.order = binary.BigEndian
	}
	f.machine = f.order.Uint16(h[18:])
	half := func(at int) int { return int(f.order.Uint16(h[at:])) }
	if f.wide {
		f.programs = elfTable{f.order.Uint64(h[32:]), half(54), half(56)}
		f.sections = elfTable{f.order.Uint64(h[40:]), half(58), half(60)}
		f.names = half(62)
	} else {
		f.programs = elfTable{uint64(f.order.Uint32(h[28:])), half(42), half(44)}
		f.sections = elfTable{uint64(f.order.Uint32(h[32:])), half(46), half(48)}
		f.names = half(50)
	}
	return f, nil
}

// read returns a table's bytes, nil when it is missing or makes no sense.
func (f *elfFile) read(t elfTable, least int) []byte {
	size := t.size * t.count
	if t.size < least || size == 0 || size > maxTable {
		return nil
	}
	return f.bytes(span{int64(t.offset), int64(size)}, maxTable)
}

func (f *elfFile) bytes(s span, limit int64) []byte {
	if s.offset < 0 || s.size <= 0 || s.size > limit {
		return nil
	}
	b := make([]byte, s.size)
	if n, _ := f.r.ReadAt(b, s.offset); n < len(b) {
		return nil
	}
	return b
}

// sectionHeader returns type and place of a section from its header.
func (f *elfFile) sectionHeader(h []byte) (kind uint32, s span) {
	kind = f.order.Uint32(h[4:])
	if f.wide {
		return kind, span{int64(f.order.Uint64(h[24:])), int64(f.order.Uint64(h[32:]))}
	}
	return kind, span{int64(f.order.Uint32(h[16:])), int64(f.order.Uint32(h[20:]))}
}

// section returns the place of a section by its name.
func (f *elfFile) section(names ...string) []span {
	least := 40
	if f.wide {
		least = 64
	}
	table := f.read(f.sections, least)
	at := func(i int) []byte { return table[i*f.sections.size : (i+1)*f.sections.size] }
	if table == nil || f.names >= f.sections.count {
		return nil
	}
	_, s := f.sectionHeader(at(f.names))
	strings := f.bytes(s, maxTable)
	found := make([]span, len(names))
	for i := range f.sections.count {
		name := uint64(f.order.Uint32(at(i)))
		if name >= uint64(len(strings)) {
			continue
		}
		text, _, _ := bytes.Cut(strings[name:], []byte{0})
		const noBits = 8 // takes no room in the file
		if kind, s := f.sectionHeader(at(i)); kind != noBits {
			for j := range names {
				if names[j] == string(text) {
					found[j] = s
				}
			}
		}
	}
	return found
}

// interpreter returns the program that loads the file, "" for a static one.
func (f *elfFile) interpreter() string {
	least := 32
	if f.wide {
		least = 56
	}
	table := f.read(f.programs, least)
	for i := 0; i < len(table); i += f.programs.size {
		h := table[i:]
		const interp = 3
		if f.order.Uint32(h) != interp {
			continue
		}
		s := span{int64(f.order.Uint32(h[4:])), int64(f.order.Uint32(h[16:]))}
		if f.wide {
			s = span{int64(f.order.Uint64(h[8:])), int64(f.order.Uint64(h[32:]))}
		}
		text, _, _ := bytes.Cut(f.bytes(s, 4096), []byte{0})
		return string(text)
	}
	return ""
}

// machineNames are the processors that Go builds for, by ELF e_machine.
func machineName(machine uint16) string {
	switch machine {
	case 3:
		return "386"
	case 8:
		return "mips"
	case 20, 21:
		return "ppc64"
	case 22:
		return "s390x"
	case 40:
		return "arm"
	case 62:
		return "amd64"
	case 183:
		return "arm64"
	case 243:
		return "riscv64"
	case 258:
		return "loong64"
	}
	return "another processor"
}
