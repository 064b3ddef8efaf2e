package progfile

import (
	"bytes"
	"encoding/binary"
	"io"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// buildInfo returns the build information of a Go program. The format is that of
// debug/buildinfo since Go 1.18: a magic text and, 32 bytes after its start, the version of Go
// and the modules, each after its length.
func buildInfo(f io.ReaderAt, all []section) (module, version string) {
	const magic, header, inline, border = "\xff Go buildinf:", 32, 2, 16
	for _, s := range all {
		if s.constant {
			continue
		}
		data := part(f, s.offset, min(max(0, s.size), 64<<10)).b
		at := bytes.Index(data, []byte(magic))
		if at < 0 || len(data) < at+header || data[at+len(magic)+1]&inline == 0 {
			continue
		}
		_, rest := cutText(data[at+header:])
		text, _ := cutText(rest)
		if len(text) < 2*border {
			continue
		}
		if info, err := debug.ParseBuildInfo(text[border : len(text)-border]); err == nil {
			return termtext.Line(Cut(info.Main.Path, 200)), termtext.Line(Cut(info.Main.Version, maxVersion))
		}
	}
	return "", ""
}

// cutText cuts off a text that follows its length.
func cutText(data []byte) (text string, rest []byte) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return "", nil
	}
	data = data[n:]
	return string(data[:size]), data[size:]
}
