package progfile

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
)

// The readers of ELF, Mach-O and PE here read tables of sections and nothing else.
// debug/elf, debug/macho and debug/pe do so too, but what they link is initialised
// at every start of nrepo, for a tenth of the time that a start takes.

// section is a part of a program in bytes.
type section struct {
	name         string
	offset, size int64
}

// maxSections is how many sections are looked at.
const maxSections = 512

// sections returns the sections of a program, none where the format is not known.
func sections(f io.ReaderAt) []section {
	head := part(f, 0, 64)
	switch {
	case head.begins("\x7fELF"):
		return readELF(f).sections()
	case head.begins("\xcf\xfa\xed\xfe"):
		return sectionsOfMachO(f, head)
	case head.begins("MZ"):
		return sectionsOfPE(f, head)
	}
	return nil
}

// constants returns the parts of a file that hold the constant data of a program:
// all of it where they are not known.
func constants(f io.ReaderAt, size int64) []section {
	found := slices.DeleteFunc(sections(f), func(s section) bool {
		return !slices.Contains([]string{".rodata", "__rodata", "__const", "__cstring", ".rdata"}, s.name) || s.offset < 0 || s.offset > size
	})
	if len(found) == 0 {
		return []section{{"", 0, size}}
	}
	for i, s := range found {
		found[i].size = min(max(s.size, 0), size-s.offset)
	}
	return found
}

// sectionsOfMachO follows the load commands of a program of 64 bits to its segments.
func sectionsOfMachO(f io.ReaderAt, head record) (found []section) {
	const segment64, command, entry = 0x19, 72, 80
	commands := part(f, 32, min(head.u32(20), 1<<20))
	for range min(head.u32(16), maxSections) {
		if commands.u32(0) == segment64 {
			for i := range min(commands.u32(64), maxSections) {
				s := commands.from(command + i*entry)
				found = append(found, section{s.name(16), s.u32(48), s.u64(40)})
			}
		}
		commands = commands.from(max(commands.u32(4), 8))
	}
	return found
}

// sectionsOfPE reads the table behind the optional header.
func sectionsOfPE(f io.ReaderAt, head record) (found []section) {
	const fileHeader, entry = 24, 40
	at := head.u32(0x3c)
	header := part(f, at, fileHeader)
	table := part(f, at+fileHeader+header.u16(20), entry*min(header.u16(6), maxSections))
	for ; len(table.b) > 0; table = table.from(entry) {
		found = append(found, section{table.name(8), table.u32(20), table.u32(16)})
	}
	return found
}

// record is a part of a file, of which what is missing reads as zeros.
type record struct {
	b     []byte
	order binary.ByteOrder
}

// part reads a part of a file, as far as that goes.
func part(f io.ReaderAt, at, size int64) record {
	b := make([]byte, size)
	n, _ := f.ReadAt(b, at)
	return record{b[:n], binary.LittleEndian}
}

func (r record) begins(text string) bool { return strings.HasPrefix(string(r.b), text) }

func (r record) from(at int64) record { return record{r.b[min(at, int64(len(r.b))):], r.order} }

// bytes returns n bytes.
func (r record) bytes(at, n int64) []byte {
	b := make([]byte, n)
	copy(b, r.from(at).b)
	return b
}

func (r record) u16(at int64) int64 { return int64(r.order.Uint16(r.bytes(at, 2))) }
func (r record) u32(at int64) int64 { return int64(r.order.Uint32(r.bytes(at, 4))) }
func (r record) u64(at int64) int64 { return int64(r.order.Uint64(r.bytes(at, 8))) }

// name returns a text of at most n bytes that NULs fill.
func (r record) name(n int64) string {
	text, _, _ := strings.Cut(string(r.bytes(0, n)), "\x00")
	return text
}
