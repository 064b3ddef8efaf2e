package lookup

import "testing"

func TestDevice(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"con", "NUL", "aux", "prn", "com1", "lpt9", "COM0"} {
		if !isDevice(name) {
			t.Errorf("isDevice(%q) = false", name)
		}
	}
	for _, name := range []string{"console", "com", "com10", "comx", "key", "null"} {
		if isDevice(name) {
			t.Errorf("isDevice(%q) = true", name)
		}
	}
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{"nrepo-a.exe": "a", "nrepo-a.EXE": "a", "nrepo-a.Bat": "a", "nrepo-a.ps1": "", "nrepo-a": ""} {
		name, ok := nameOf(file, WindowsSuffixes)
		if ok != (want != "") || ok && name != want {
			t.Errorf("%s: %q, %v", file, name, ok)
		}
	}
}
