package journal

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

// FuzzRead checks that a damaged journal is an error, and that what is read ends where a line
// ends.
func FuzzRead(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		j := &Journal{entries: map[record.Key]packed{}, origins: map[record.Key]record.Key{}, linked: map[string]bool{}}
		end, err := j.read(strings.NewReader(text))
		switch {
		case err != nil && end != 0:
			t.Errorf("%d bytes were read before %v", end, err)
		case err == nil && (end > int64(len(text)) || end > 0 && text[end-1] != '\n'):
			t.Errorf("the last line ends at %d", end)
		case j.unknown < 0 || j.unknown > len(j.entries):
			t.Errorf("%d of %d are unknown", j.unknown, len(j.entries))
		}
		for key := range j.entries {
			j.Get(key)
		}
	})
}
