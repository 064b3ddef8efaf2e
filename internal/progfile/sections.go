package progfile

import (
	"io"
	"slices"
)

// The readers of ELF, Mach-O and PE here read only tables of sections. They replace debug/elf,
// debug/macho and debug/pe, because initializing the packages that those import takes a tenth
// of the time of every start of nrepo.

// section is a part of a program: constant data, or what may have build information.
type section struct {
	constant     bool
	offset, size int64
}

// sections returns the sections of a program that are of use here, and none if the format is
// unknown. It runs for each command in a list, so it allocates little.
func sections(f io.ReaderAt) (found []section) {
	head := part(f, 0, 64)
	add := func(name record, offset, size int64) {
		constant := slices.ContainsFunc([]string{".rodata", "__rodata", "__const", "__cstring", ".rdata"}, name.is)
		if constant || slices.ContainsFunc([]string{".go.buildinfo", "__go_buildinfo", ".data"}, name.is) {
			found = append(found, section{constant, offset, size})
		}
	}
	switch {
	case head.begins("\x7fELF"):
		readELF(f, head).sections(add)
	case head.begins("\xcf\xfa\xed\xfe"):
		sectionsOfMachO(f, head, add)
	case head.begins("MZ"):
		sectionsOfPE(f, head, add)
	}
	return found
}

// constants returns the constant data in a file of this size, or the whole file if that is
// unknown.
func constants(all []section, size int64) (found []section) {
	for _, s := range all {
		if s.constant && s.offset >= 0 && s.offset <= size {
			found = append(found, section{true, s.offset, min(max(s.size, 0), size-s.offset)})
		}
	}
	if len(found) == 0 {
		return []section{{true, 0, size}}
	}
	return found
}

// sectionsOfMachO reads the segments in the load commands of a 64-bit program.
func sectionsOfMachO(f io.ReaderAt, head record, add func(name record, offset, size int64)) {
	const segment64, command, entry, name = 0x19, 72, 80, 16
	commands := part(f, 32, min(head.u32(20), 1<<20))
	for range min(head.u32(16), maxSections) {
		if commands.u32(0) == segment64 {
			for i := range min(commands.u32(64), maxSections) {
				s := commands.from(command + i*entry)
				add(s.first(name), s.u32(48), s.u64(40))
			}
		}
		commands = commands.from(max(commands.u32(4), 8))
	}
}

// sectionsOfPE reads the table after the optional header.
func sectionsOfPE(f io.ReaderAt, head record, add func(name record, offset, size int64)) {
	const fileHeader, entry, name = 24, 40, 8
	at := head.u32(0x3c)
	header := part(f, at, fileHeader)
	table := part(f, at+fileHeader+header.u16(20), entry*min(header.u16(6), maxSections))
	for ; len(table.b) > 0; table = table.from(entry) {
		add(table.first(name), table.u32(20), table.u32(16))
	}
}
