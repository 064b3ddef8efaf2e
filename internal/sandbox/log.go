package sandbox

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// lineLog writes what it is given as harmless lines, safe to show on a terminal.
// No key, token or code should get there, but a client may put one in a path.
type lineLog struct {
	mu sync.Mutex
	w  io.Writer // nil is none
}

func (l *lineLog) printf(format string, args ...any) {
	if l.w != nil {
		fmt.Fprintf(l, format, args...)
	}
}

// bareDigits may be a part of a key. No route has as many.
var bareDigits = regexp.MustCompile(`[0-9a-fA-F]{16,}`)

// Write writes one line, whatever is in p.
func (l *lineLog) Write(p []byte) (int, error) {
	if l.w == nil {
		return len(p), nil
	}
	line := secrettext.Mask(termtext.Line(strings.TrimRight(string(p), "\n")))
	line = bareDigits.ReplaceAllString(line, "…") + "\n"
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := io.WriteString(l.w, line)
	return len(p), err
}
