package lookup

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEntries(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{"": nil, "a": {"a"}, ":": {"", ""}, "a::b:": {"a", "", "b", ""}} {
		list = strings.ReplaceAll(list, ":", string(filepath.ListSeparator))
		if got := slices.Collect(pathList(list).entries()); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
		if runtime.GOOS != "windows" && !slices.Equal(want, filepath.SplitList(list)) {
			t.Errorf("%q: filepath.SplitList disagrees: %q", list, filepath.SplitList(list))
		}
	}
}
