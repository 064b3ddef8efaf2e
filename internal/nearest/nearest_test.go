package nearest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"push", "push", 0}, {"pus", "push", 1}, {"psuh", "push", 1}, {"whaomi", "whoami", 1},
		{"ca", "abc", 3}, {"kitten", "sitting", 3},
	} {
		if got := distance(row.a, row.b); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
		if got := distance(row.b, row.a); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.b, row.a, got, row.want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	names := []string{"push", "pull", "pash", "posh", "pish", "push", "whoami", "sandbox", "completion", "abcdefxyz", "abcdexyz"}
	for name, want := range map[string][]string{
		"push":       {"push", "pash", "pish"},
		"pus":        {"push"},
		"px":         nil, // two edits from everything
		"whomi":      {"whoami"},
		"sndbx":      {"sandbox"},
		"sndb":       nil,
		"complition": {"completion"},
		"complete":   nil,            // 8 letters, and three edits
		"completn":   {"completion"}, // 8 letters, and two edits
		"completin":  {"completion"},
		"cmpletin":   {"completion"},
		"abcdefghi":  {"abcdefxyz"}, // 9 letters, and three edits
		"abcdefgh":   nil,           // 8 letters, and three edits from abcdefxyz and abcdexyz
		"pu":         nil,           // 2 letters, and two edits from push and pull
		"pxxh":       nil,           // 4 letters, and two edits
		"abcdeqqqq":  nil,           // 9 letters, and four edits
		"psh":        {"pash", "pish", "posh"},
		"pishx":      {"pish", "pash", "posh"}, // 5 letters: two edits
		"cmpltion":   {"completion"},
		"cmpltn":     nil,
	} {
		if got := Names(name, names); !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzNames checks that there are few suggestions, the nearest ones, in order.
func FuzzNames(f *testing.F) {
	f.Fuzz(func(t *testing.T, name, list string) {
		if len(name)+len(list) > 1000 {
			return // names of commands and flags are short
		}
		names := strings.Fields(list)
		got := Names(name, names)
		last := 0
		for _, n := range got {
			d := distance(name, n)
			if !slices.Contains(names, n) || d < last || d > 3 || d != distance(n, name) || (d == 0) != (n == name) {
				t.Errorf("Names(%q, %q) = %q", name, names, got)
			}
			last = d
		}
		for _, n := range names {
			d := distance(name, n)
			if !slices.Contains(got, n) && (d < last || d <= 1 && len(got) < most) {
				t.Errorf("Names(%q, %q) = %q, without %q", name, names, got, n)
			}
		}
		if len(got) > most {
			t.Errorf("Names(%q, %q) = %q", name, names, got)
		}
	})
}

func BenchmarkNames(b *testing.B) {
	var names []string
	for i := range 100 {
		names = append(names, "command-"+strconv.Itoa(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		Names("comand-57", names)
	}
}
