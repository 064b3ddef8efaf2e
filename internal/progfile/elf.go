package progfile

import (
	"cmp"
	"encoding/binary"
	"io"
)

// elf is an ELF program, of 32 or 64 bits and either byte order.
type elf struct {
	f    io.ReaderAt
	head record
	wide bool // 64 bits
}

func readELF(f io.ReaderAt, head record) elf {
	e := elf{f: f, head: head}
	kind := e.head.u16(4) // one byte for the class and one for the byte order
	e.wide = kind&0xff == 2
	if kind>>8 == 2 {
		e.head.order = binary.BigEndian
	}
	return e
}

// whole reports whether the header is complete.
func (e elf) whole() bool { return len(e.head.b) == 64 || !e.wide && len(e.head.b) >= 52 }

// pick returns the offset of a field in a program of 64 or of 32 bits.
func (e elf) pick(at64, at32 int64) int64 {
	if e.wide {
		return at64
	}
	return at32
}

// word reads an offset or a size.
func (e elf) word(r record, at64, at32 int64) int64 {
	if e.wide {
		return r.u64(at64)
	}
	return r.u32(at32)
}

// table returns the entries of one of the two tables of a program.
func (e elf) table(offset, size, count int64) []record {
	entries := make([]record, min(count, maxSections))
	table := part(e.f, offset, min(int64(len(entries))*size, 64<<10))
	table.order = e.head.order
	for i := range entries {
		entries[i], table = table.first(size), table.from(size)
	}
	return entries
}

func (e elf) sections(add func(name record, offset, size int64)) {
	entries := e.table(e.word(e.head, 40, 32), e.head.u16(e.pick(58, 46)), e.head.u16(e.pick(60, 48)))
	var names record
	if at := e.head.u16(e.pick(62, 50)); at < int64(len(entries)) {
		names = part(e.f, e.word(entries[at], 24, 16), max(0, min(e.word(entries[at], 32, 20), 64<<10)))
	}
	for _, s := range entries {
		const inFile, longest = 1, 32 // SHT_PROGBITS
		if s.u32(4) == inFile {
			add(names.from(s.u32(0)).first(longest), e.word(s, 24, 16), e.word(s, 32, 20))
		}
	}
}

// loader returns the program that loads this one, or "" if it is static.
func (e elf) loader() string {
	for _, p := range e.table(e.word(e.head, 32, 28), e.head.u16(e.pick(54, 42)), e.head.u16(e.pick(56, 44))) {
		const interp = 3 // PT_INTERP
		if p.u32(0) == interp {
			return part(e.f, e.word(p, 8, 4), min(max(0, e.word(p, 32, 16)), 4096)).text()
		}
	}
	return ""
}

// machine returns the GOARCH that a program was built for.
func (e elf) machine() string {
	name := map[int64]string{
		3: "386", 8: "mips", 21: "ppc64", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
	}[e.head.u16(18)]
	if (name == "mips" || name == "ppc64") && e.head.order == binary.LittleEndian {
		name += "le"
	}
	return cmp.Or(name, "another processor")
}
