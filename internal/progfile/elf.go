package progfile

import (
	"cmp"
	"encoding/binary"
	"io"
)

// elf is a program in the format ELF, of 32 or 64 bits and of either byte order.
type elf struct {
	f    io.ReaderAt
	head record
	wide bool // 64 bits
}

func readELF(f io.ReaderAt) elf {
	const class, data = 4, 5
	e := elf{f: f, head: part(f, 0, 64)}
	e.wide = e.head.bytes(class, 1)[0] == 2
	if e.head.bytes(data, 1)[0] == 2 {
		e.head.order = binary.BigEndian
	}
	return e
}

// whole reports whether there is all of the header.
func (e elf) whole() bool { return len(e.head.b) == 64 || !e.wide && len(e.head.b) >= 52 }

// pick returns where a field stands in a program of 64 or of 32 bits.
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

// table reads the entries of one of the two tables of a program.
func (e elf) table(offset, size, count int64) (entries []record) {
	n := min(count, maxSections)
	table := part(e.f, offset, min(n*size, 64<<10))
	for i := range n {
		entries = append(entries, record{table.from(i * size).b, e.head.order})
	}
	return entries
}

func (e elf) sections() (found []section) {
	entries := e.table(e.word(e.head, 40, 32), e.head.u16(e.pick(58, 46)), e.head.u16(e.pick(60, 48)))
	where := func(s record) (offset, size int64) { return e.word(s, 24, 16), e.word(s, 32, 20) }
	nameTable := e.head.u16(e.pick(62, 50))
	if nameTable >= int64(len(entries)) {
		return nil
	}
	offset, size := where(entries[nameTable])
	names := part(e.f, offset, max(0, min(size, 64<<10)))
	for _, s := range entries {
		const inFile = 1 // SHT_PROGBITS
		if s.u32(4) == inFile {
			offset, size := where(s)
			found = append(found, section{names.from(s.u32(0)).name(32), offset, size})
		}
	}
	return found
}

// loader returns the program that loads this one, "" for a static one.
func (e elf) loader() string {
	const interp = 3 // PT_INTERP
	for _, p := range e.table(e.word(e.head, 32, 28), e.head.u16(e.pick(54, 42)), e.head.u16(e.pick(56, 44))) {
		if p.u32(0) == interp {
			size := min(max(0, e.word(p, 32, 16)), 4096)
			return part(e.f, e.word(p, 8, 4), size).name(size)
		}
	}
	return ""
}

// machine is the processor that a program was built for, as Go calls it.
func (e elf) machine() string {
	name := map[int64]string{
		3: "386", 8: "mips", 21: "ppc64", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
	}[e.head.u16(18)]
	if (name == "mips" || name == "ppc64") && e.head.order == binary.LittleEndian {
		name += "le"
	}
	return cmp.Or(name, "another processor")
}
