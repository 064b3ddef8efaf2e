// Package progress shows the progress of long work on a terminal, in one line with
// a bar, a count, the rate and the time left.
//
//	importing  [######..............]  150/500  12/s  29 s left
//
// The line appears after a second, so that short work shows nothing. If the stream
// is not a terminal, nothing is shown, or a line every ten seconds if [Options]
// says so. Commands should use plugin.Env.Bar, which prevents warnings and the bar
// from mixing.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Options are the options of a [Bar].
type Options struct {
	// What is a word or two at the start of the line, such as "importing".
	What string
	// Total is the number of steps. If it is 0, the number is not known, and there
	// is a count without a bar.
	Total int
	// Lines writes a line every ten seconds if the stream is not a terminal, for a
	// log. Otherwise, nothing is written there.
	Lines bool
}

const (
	delay    = time.Second            // before the line appears
	interval = 200 * time.Millisecond // between two drawings
	lineTime = 10 * time.Second       // between two lines
	barWidth = 20                     // columns
)

// Bar is a progress bar. Its methods may be called from several goroutines.
type Bar struct {
	w     io.Writer
	what  string
	width func() int // of the terminal, 0 if it is not known; nil if w is not a terminal
	begun time.Time

	mu    sync.Mutex
	count int
	total int
	note  string
	drawn int // columns of the line that is on the terminal
	over  bool

	quit, stopped chan struct{} // nil if nothing is ever shown
}

// New starts a progress bar on w, which is usually stderr. Call [Bar.Done] at the
// end.
func New(w io.Writer, opts Options) *Bar {
	b := newBar(w, opts, terminalWidth(w))
	every, after := interval, delay
	if b.width == nil {
		if !opts.Lines {
			return b
		}
		every, after = lineTime, lineTime
	}
	b.quit, b.stopped = make(chan struct{}), make(chan struct{})
	go b.run(every, after)
	return b
}

func newBar(w io.Writer, opts Options, width func() int) *Bar {
	return &Bar{w: w, what: output.Shorten(opts.What), total: max(opts.Total, 0), width: width, begun: time.Now()}
}

// terminalWidth returns a function that returns the width of the terminal w: 0 if it
// is not known, and -1 while the terminal belongs to another job. It returns nil if w
// is not a terminal.
func terminalWidth(w io.Writer) func() int {
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) && !isatty.IsCygwinTerminal(f.Fd()) {
		return nil
	}
	return func() int {
		if !inForeground(f) {
			return -1
		}
		width, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0
		}
		return width
	}
}

// run draws until Done.
func (b *Bar) run(every, after time.Duration) {
	defer close(b.stopped)
	timer := time.NewTimer(after)
	defer timer.Stop()
	for {
		select {
		case now := <-timer.C:
			b.draw(now)
			timer.Reset(every)
		case <-b.quit:
			return
		}
	}
}

// Add counts n more steps as done.
func (b *Bar) Add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count += n
	b.note = ""
}

// SetTotal sets the number of steps; 0 if it is not known.
func (b *Bar) SetTotal(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total = max(n, 0)
}

// Note shows a text, such as "waiting 8 s", instead of the rate, until the next
// Add.
func (b *Bar) Note(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note = output.Shorten(text)
}

// Write writes whole lines, such as warnings, to the stream, above the bar.
func (b *Bar) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	return b.w.Write(p)
}

// Done ends the progress bar and removes its line from the terminal. A second call
// does nothing.
func (b *Bar) Done() {
	b.mu.Lock()
	over := b.over
	b.over = true
	b.mu.Unlock()
	if over {
		return
	}
	if b.quit != nil {
		close(b.quit)
		<-b.stopped
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// IsDone reports whether Done was called.
func (b *Bar) IsDone() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over
}

// clear removes the line. It writes spaces, which work on every terminal.
func (b *Bar) clear() {
	if b.drawn > 0 {
		io.WriteString(b.w, "\r"+strings.Repeat(" ", b.drawn)+"\r")
		b.drawn = 0
	}
}

// draw writes the line for the time now.
func (b *Bar) draw(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.width == nil {
		fmt.Fprintln(b.w, b.line(now, false))
		return
	}
	width := b.width()
	if width < 0 { // the terminal belongs to another job
		return
	}
	if width == 0 {
		width = 80
	}
	line := b.line(now, true)
	if displaywidth.String(line) >= width { // the last column stays free: some terminals wrap there
		line = b.line(now, false)
	}
	line = displaywidth.TruncateString(line, max(width-1, 0), "")
	columns := displaywidth.String(line)
	io.WriteString(b.w, "\r"+line+strings.Repeat(" ", max(0, min(b.drawn, width-1)-columns)))
	b.drawn = columns
}

// line returns the line for the time now.
func (b *Bar) line(now time.Time, withBar bool) string {
	total := b.total
	if b.count > total {
		total = 0 // the total was wrong
	}
	var parts []string
	if b.what != "" {
		parts = append(parts, b.what)
	}
	count := fmt.Sprint(b.count)
	if total > 0 {
		if full := barWidth * b.count / total; withBar {
			parts = append(parts, "["+strings.Repeat("#", full)+strings.Repeat(".", barWidth-full)+"]")
		}
		count = fmt.Sprintf("%d/%d", b.count, total)
	}
	parts = append(parts, count)
	elapsed := now.Sub(b.begun)
	switch {
	case b.note != "":
		parts = append(parts, b.note)
	case b.count > 0 && elapsed > 0:
		parts = append(parts, rate(float64(b.count)/elapsed.Seconds()))
		if left := total - b.count; left > 0 {
			parts = append(parts, duration(elapsed/time.Duration(b.count)*time.Duration(left))+" left")
		}
	}
	return strings.Join(parts, "  ")
}

func rate(perSecond float64) string {
	switch {
	case perSecond >= 10:
		return fmt.Sprintf("%.0f/s", perSecond)
	case perSecond >= 1:
		return fmt.Sprintf("%.1f/s", perSecond)
	case perSecond >= 1./60:
		return fmt.Sprintf("%.1f/min", 60*perSecond)
	}
	return fmt.Sprintf("%.1f/h", 3600*perSecond)
}

// duration formats d in one or two units.
func duration(d time.Duration) string {
	if d = d.Round(time.Second); d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	if d = d.Round(time.Minute); d < time.Hour {
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
