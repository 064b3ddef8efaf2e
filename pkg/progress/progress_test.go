package progress

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// at returns what a bar draws on a terminal with so many columns, a time after its start.
func at(columns int, opts Options, after time.Duration, work func(*Bar)) string {
	var out bytes.Buffer
	b := newBar(&out, opts, func() int { return columns })
	work(b)
	b.draw(b.begun.Add(after))
	return strings.TrimPrefix(out.String(), "\r")
}

func TestLine(t *testing.T) {
	t.Parallel()
	const second, minute, hour = time.Second, time.Minute, time.Hour
	for name, tt := range map[string]struct {
		columns, total, count int
		after                 time.Duration
		want                  string
	}{
		"begin":         {80, 500, 0, second, "importing  [....................]  0/500"},
		"half":          {80, 500, 250, 10 * second, "importing  [##########..........]  250/500  25/s  10 s left"},
		"end":           {80, 500, 500, 10 * second, "importing  [####################]  500/500  50/s"},
		"slow":          {80, 500, 100, 50 * second, "importing  [####................]  100/500  2.0/s  3 min left"},
		"slower":        {80, 500, 1, minute, "importing  [....................]  1/500  1.0/min  8 h 19 min left"},
		"no total":      {80, 0, 120, 10 * second, "importing  120  12/s"},
		"wrong total":   {80, 100, 120, 10 * second, "importing  120  12/s"},
		"negative":      {80, -5, 120, 10 * second, "importing  120  12/s"},
		"hours":         {80, 2, 1, 59*minute + 59*second, "importing  [##########..........]  1/2  1.0/h  1 h 0 min left"},
		"no width":      {0, 500, 250, 10 * second, "importing  [##########..........]  250/500  25/s  10 s left"},
		"40 columns":    {40, 500, 250, 10 * second, "importing  250/500  25/s  10 s left"},
		"20 columns":    {20, 500, 250, 10 * second, "importing  250/500"},
		"1 column":      {1, 500, 250, 10 * second, ""},
		"in background": {-1, 500, 250, 10 * second, ""},
	} {
		got := at(tt.columns, Options{What: "importing", Total: tt.total}, tt.after, func(b *Bar) { b.Add(tt.count) })
		if strings.TrimSpace(got) != tt.want || tt.columns > 0 && len(got) >= tt.columns && got != "" {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestNote(t *testing.T) {
	t.Parallel()
	opts := Options{Total: 4}
	if got := at(80, opts, time.Second, func(b *Bar) { b.Add(1); b.Note("waiting\x1b 8 s") }); !strings.HasSuffix(got, `1/4  waiting\u001b 8 s`) {
		t.Errorf("%q", got)
	}
	if got := at(80, opts, time.Second, func(b *Bar) { b.Note("waiting"); b.Add(1) }); strings.Contains(got, "waiting") {
		t.Errorf("%q", got)
	}
}

// screen returns what a terminal shows for text with carriage returns and line feeds.
func screen(text string) string {
	lines := [][]byte{{}}
	column := 0
	for _, c := range []byte(text) {
		last := len(lines) - 1
		switch c {
		case '\r':
			column = 0
		case '\n':
			lines, column = append(lines, nil), 0
		default:
			if column == len(lines[last]) {
				lines[last] = append(lines[last], c)
			} else {
				lines[last][column] = c
			}
			column++
		}
	}
	var shown []string
	for _, line := range lines {
		shown = append(shown, strings.TrimRight(string(line), " "))
	}
	return strings.Join(shown, "\n")
}

// A new line replaces the old one completely, a warning is above it, and Done removes it.
func TestDraw(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	b := newBar(&out, Options{What: "x", Total: 10}, func() int { return 80 })
	b.Note("a long note")
	b.draw(b.begun.Add(time.Second))
	b.Add(10)
	b.draw(b.begun.Add(time.Second))
	if got := screen(out.String()); got != "x  [####################]  10/10  10/s" {
		t.Errorf("%q", got)
	}
	b.Write([]byte("warning\n"))
	b.SetTotal(20)
	b.draw(b.begun.Add(time.Second))
	if got := screen(out.String()); got != "warning\nx  [##########..........]  10/20  10/s  1 s left" {
		t.Errorf("%q", got)
	}
	b.Done()
	b.Done()
	if got := screen(out.String()); got != "warning\n" {
		t.Errorf("%q", got)
	}
}

// A stream that is not a terminal gets nothing, or lines.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	b := New(&out, Options{What: "x", Total: 10})
	b.Add(10)
	b.Done()
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
	b = newBar(&out, Options{What: "x", Total: 10}, nil)
	b.Add(5)
	b.draw(b.begun.Add(time.Second))
	if got := out.String(); got != "x  5/10  5.0/s  1 s left\n" {
		t.Errorf("%q", got)
	}
}

// sink is a stream that two goroutines can use.
type sink struct {
	mu sync.Mutex
	n  int
	on chan struct{}
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; s.n == 3 {
		close(s.on)
	}
	return len(p), nil
}

// The bar is drawn in the background, and not after Done.
func TestRun(t *testing.T) {
	t.Parallel()
	out := &sink{on: make(chan struct{})}
	b := newBar(out, Options{}, func() int { return 80 })
	b.quit, b.stopped = make(chan struct{}), make(chan struct{})
	go b.run(time.Millisecond, 0)
	var adders sync.WaitGroup
	for range 4 {
		adders.Go(func() {
			for range 100 {
				b.Add(1)
			}
		})
	}
	<-out.on
	adders.Wait()
	b.Done()
	n := out.n
	if b.count != 400 {
		t.Errorf("count %d", b.count)
	}
	b.Write(nil)
	if out.n != n+1 {
		t.Error("drawn after Done")
	}
}
