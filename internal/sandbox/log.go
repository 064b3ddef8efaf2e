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

// lineLog writes lines that are safe to show on a terminal. It masks keys, tokens and codes,
// because a client may put one in a path.
type lineLog struct {
	mu sync.Mutex
	w  io.Writer // nil for no log
}

func (l *lineLog) printf(format string, args ...any) {
	if l.w != nil {
		fmt.Fprintf(l, format, args...)
	}
}

// bareDigits matches digits that may be a part of a key. No route has so many.
var bareDigits = regexp.MustCompile(`[0-9a-fA-F]{16,}`)

// Write writes one line, even if p has line breaks.
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
