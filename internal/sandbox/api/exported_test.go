package api

import (
	"testing"
	"time"
)

// FuzzReadIdea checks that every accepted line of a seed is within the limits of the service.
func FuzzReadIdea(f *testing.F) {
	f.Fuzz(func(t *testing.T, line []byte) {
		idea, err := ReadIdea(line)
		if err != nil {
			if err.Error() == "" {
				t.Error("refused without a reason")
			}
			return
		}
		if idea.Title == "" || len([]rune(idea.Title)) > 200 || len(idea.Tags) > 20 || idea.Number < 0 || idea.ID < 0 {
			t.Errorf("%q is %+v", line, idea)
		}
		for _, at := range []string{idea.CreatedAt, idea.UpdatedAt} {
			if _, err := time.Parse(time.RFC3339, at); at != "" && err != nil {
				t.Error(err)
			}
		}
	})
}
