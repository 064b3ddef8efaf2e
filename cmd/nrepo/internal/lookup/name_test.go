package lookup

import "testing"

func TestNameOf(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{"nrepo-a.exe": "a", "nrepo-a.EXE": "a", "nrepo-a.Bat": "a", "nrepo-a.ps1": "", "nrepo-a": ""} {
		name, problem := nameOf(file, WindowsSuffixes)
		if (problem == None) != (want != "") || problem == None && name != want {
			t.Errorf("%s: %q, %v", file, name, problem)
		}
	}
}
