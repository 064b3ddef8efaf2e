package lookup

import (
	"os"
	"path/filepath"
	"strings"
)

// Start returns the program that runs a file that Find returned, its argument 0,
// and whether cmd.exe reads the arguments first, as it does for a batch file.
//
// A batch file that only passes its own name and its arguments to a program beside it needs
// no cmd.exe. The archives for Windows use such files instead of links, for several commands
// in one program:
//
//	@"%~dp0nrepo-ideas.exe" search %*
func Start(l *Lookup, f File) (program, argv0 string, batch bool) {
	if len(l.suffixes) == 1 || strings.EqualFold(filepath.Ext(f.Path), ".exe") {
		return f.Path, f.Path, false
	}
	const longest = 256
	var link []byte
	if f.info.Size() < longest {
		link, _ = os.ReadFile(f.Path)
	}
	line, begins := strings.CutPrefix(strings.TrimRight(string(link), "\r\n"), `@"%~dp0`+Prefix)
	multi, ends := strings.CutSuffix(line, `.exe" `+f.Name+` %*`)
	if !begins || !ends || !WellFormed(multi) {
		return f.Path, f.Path, true
	}
	dir := filepath.Dir(f.Path)
	return Join(dir, Prefix+multi+".exe"), Join(dir, Prefix+f.Name), false
}
