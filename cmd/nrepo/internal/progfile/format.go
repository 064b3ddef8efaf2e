package progfile

import (
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// part is a part of a file in bytes.
type part struct{ offset, size int64 }

// Bounds of what is read of a file's headers. Those of ELF can be compressed, and
// so hold a thousand times more; the others hold the symbols of the program.
const (
	maxELF   = 64 << 10
	maxOther = 16 << 20
	maxBuild = 4 << 20
)

// constants returns the parts of a file that hold the constant data of a
// program: all of it where the format is not known.
func constants(f io.ReaderAt, size int64) (parts []part) {
	add := func(wanted bool, offset, length uint64) {
		if wanted && offset <= uint64(size) {
			parts = append(parts, part{int64(offset), int64(min(length, uint64(size)-offset))})
		}
	}
	if file, err := elf.NewFile(&bounded{f, maxELF}); err == nil {
		for _, s := range file.Sections {
			add(s.Name == ".rodata" && s.Type == elf.SHT_PROGBITS, s.Offset, s.FileSize)
		}
	} else if file, err := macho.NewFile(&bounded{f, maxOther}); err == nil {
		for _, s := range file.Sections {
			add(s.Name == "__rodata" || s.Name == "__const" || s.Name == "__cstring", uint64(s.Offset), s.Size)
		}
	} else if file, err := pe.NewFile(&bounded{f, maxOther}); err == nil {
		for _, s := range file.Sections {
			add(s.Name == ".rdata", uint64(s.Offset), uint64(s.Size))
		}
	}
	if parts == nil {
		return []part{{0, size}}
	}
	return parts
}

// buildInfo returns what the Go command recorded of a program.
func buildInfo(path string) (module, version string) {
	f, _, err := open(path)
	if err != nil {
		return "", ""
	}
	defer f.Close()
	if file, err := elf.NewFile(&bounded{f, maxELF}); err == nil && file.Section(".go.buildinfo") == nil {
		return "", ""
	}
	info, err := buildinfo.Read(&bounded{f, maxBuild})
	if err != nil {
		return "", ""
	}
	return termtext.Line(Cut(info.Main.Path, 200)), termtext.Line(Cut(info.Main.Version, maxVersion))
}
