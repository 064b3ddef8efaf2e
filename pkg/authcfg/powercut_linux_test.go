package authcfg

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// step is a change that a system call makes to a disk.
type step struct{ does, file, to string }

// steps returns the changes that are lost in a power failure until they are flushed.
func steps(calls []call) (list []step) {
	quoted := regexp.MustCompile(`"(?:[^"]*/)?([^/"]+)"`)
	of := regexp.MustCompile(`<([^>]*)>`)
	for _, c := range calls {
		switch names := quoted.FindAllStringSubmatch(c.text, -1); {
		case c.name == "write" || c.name == "fsync":
			list = append(list, step{does: c.name, file: filepath.Base(of.FindStringSubmatch(c.text)[1])})
		case c.name == "openat" && strings.Contains(c.text, "O_CREAT"):
			list = append(list, step{does: "create", file: names[0][1]})
		case strings.HasPrefix(c.name, "rename"):
			list = append(list, step{"rename", names[0][1], names[1][1]})
		}
	}
	return list
}

// afterPowerCut returns the possible contents of config.json after a power failure:
// "old", "new" or "torn". A disk may write changes that were not flushed in any order: a
// name before the data of its file, or the other way round.
func afterPowerCut(done []step, directory string) []string {
	flushed := map[string]bool{} // files whose data is on the disk
	possible := []string{"old"}
	for _, s := range done {
		switch {
		case s.does == "create" || s.does == "write":
			flushed[s.file] = false
		case s.does == "fsync" && s.file == directory:
			possible = possible[len(possible)-1:] // the new name is on the disk
		case s.does == "fsync":
			flushed[s.file] = true
		case s.does == "rename" && s.to == "config.json":
			if flushed[s.file] {
				possible = append(possible, "new")
			} else {
				possible = append(possible, "torn")
			}
		}
	}
	return possible
}

// TestPowerCut simulates a power failure after each step of a write.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	_, path, _ := newStore(t, `{"user_id":"0"}`)
	calls := record(t, "count", path)
	if calls == nil {
		return
	}
	const directory = "neuralrepo"
	done := steps(calls)
	for n := range done {
		if slices.Contains(afterPowerCut(done[:n+1], directory), "torn") {
			t.Errorf("after %v the file may be torn", done[:n+1])
		}
	}
	if end := afterPowerCut(done, directory); !slices.Equal(end, []string{"new"}) {
		t.Errorf("after %v, which was reported as done, the file may be %v", done, end)
	}
	// The simulation finds both mistakes.
	create, write, rename := step{does: "create", file: "a"}, step{does: "write", file: "a"}, step{"rename", "a", "config.json"}
	if got := afterPowerCut([]step{create, write, rename, {does: "fsync", file: "a"}}, directory); !slices.Contains(got, "torn") {
		t.Errorf("renamed before it was flushed: %v", got)
	}
	if got := afterPowerCut([]step{create, write, {does: "fsync", file: "a"}, rename}, directory); !slices.Contains(got, "old") {
		t.Errorf("the directory was not flushed: %v", got)
	}
}
