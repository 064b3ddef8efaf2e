package export

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

func TestFileName(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Wind turbines":              "0012-wind-turbines.md",
		"  Solar: roofs & bus stops": "0012-solar-roofs-bus-stops.md",
		"Cafe\u0301":                 "0012-caf\u00e9.md", // one letter, as most programs write it
		"Caf\u00e9":                  "0012-caf\u00e9.md",
		"日本 語":                       "0012-日本-語.md",
		"../../etc/passwd":           "0012-etc-passwd.md",
		"💡":                          "0012.md",
		strings.Repeat("é", 100):     "0012-" + strings.Repeat("é", 30) + ".md",
	} {
		if got := FileName(neuralrepo.Idea{Number: "12", Title: title}); got != want {
			t.Errorf("%q: %s, want %s", title, got, want)
		}
	}
}
