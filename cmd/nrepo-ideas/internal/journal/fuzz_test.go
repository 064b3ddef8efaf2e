package journal

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

// FuzzRead checks that a damaged journal is an error, and that what is read ends where a line
// ends.
func FuzzRead(f *testing.F) {
	const head = `{"journal":1,"api_url":"https://neuralrepo.com/api/v1","user_id":"u"}` + "\n"
	key := strings.Repeat("0a", 16)
	f.Add(head + `{"event":"compared"}` + "\n" + `{"event":"sent","key":"` + key + `"}` + "\n")
	f.Add(head + `{"event":"done","key":"` + key + `","origin":"` + key + key + `","id":"7","number":"-1"}` + "\n" + `{"event":"li`)
	f.Add(head + `{"event":"sent","key":"` + key + key + `"}` + "\n") // longer than a key
	f.Add(head + "\x00\x00\n")
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
