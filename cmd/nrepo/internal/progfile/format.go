package progfile

import (
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"io"
	"slices"

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
func constants(f io.ReaderAt, size int64) []part {
	var parts []part
	if file, err := elf.NewFile(&bounded{f, maxELF}); err == nil {
		for _, s := range file.Sections {
			if s.Type == elf.SHT_PROGBITS && s.Name == ".rodata" {
				parts = append(parts, part{int64(s.Offset), int64(s.FileSize)})
			}
		}
	} else if file, err := macho.NewFile(&bounded{f, maxOther}); err == nil {
		for _, s := range file.Sections {
			if slices.Contains([]string{"__rodata", "__const", "__cstring"}, s.Name) {
				parts = append(parts, part{int64(s.Offset), int64(s.Size)})
			}
		}
	} else if file, err := pe.NewFile(&bounded{f, maxOther}); err == nil {
		for _, s := range file.Sections {
			if s.Name == ".rdata" {
				parts = append(parts, part{int64(s.Offset), int64(s.Size)})
			}
		}
	}
	if parts == nil {
		return []part{{0, size}}
	}
	for i, p := range parts {
		if p.offset < 0 || p.size < 0 || p.offset > size {
			parts[i] = part{}
		} else {
			parts[i].size = min(p.size, size-p.offset)
		}
	}
	return parts
}

// addBuildInfo adds what the Go command recorded of a program.
func (found *Facts) addBuildInfo(f io.ReaderAt) {
	if file, err := elf.NewFile(&bounded{f, maxELF}); err == nil && file.Section(".go.buildinfo") == nil {
		return
	}
	info, err := buildinfo.Read(&bounded{f, maxBuild})
	if err != nil {
		return
	}
	found.Module = termtext.Line(Cut(info.Main.Path, 200))
	if found.Version == "" {
		found.Version = termtext.Line(Cut(info.Main.Version, maxVersion))
	}
}
