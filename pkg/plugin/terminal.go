package plugin

import (
	"os"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// IsTerminal reports whether a stream of an Env is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && f != nil && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// Color reports whether the result may be coloured: Stdout is a terminal, or a
// pager that can show colour, and NO_COLOR (https://no-color.org) is unset or
// empty.
func (e *Env) Color() bool {
	e.fill()
	shown := IsTerminal(e.Stdout)
	if e.pager != nil {
		shown = e.pager.color
	}
	return shown && e.Getenv("NO_COLOR") == "" && e.Getenv("TERM") != "dumb"
}

// Width returns the number of columns of the terminal that shows the result. It
// returns 0, which means no limit, if the result is not on a terminal or the width
// is not known.
func (e *Env) Width() int {
	e.fill()
	if e.pager != nil {
		return e.pager.width
	}
	if !IsTerminal(e.Stdout) {
		return 0
	}
	width, _, err := term.GetSize(int(e.Stdout.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// TableOptions returns the options for a table on Stdout, with its Width and
// Color.
func (e *Env) TableOptions() output.TableOptions {
	return output.TableOptions{Width: e.Width(), Color: e.Color()}
}
