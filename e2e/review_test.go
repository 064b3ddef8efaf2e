//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackagedPython holds examples/python/review, which is packaged for pip, to
// what its users get: the script that pip makes has no markers, so nrepo reads
// the file beside it. Then it runs the example's own tests.
func TestPackagedPython(t *testing.T) {
	t.Parallel()
	if !haveShell(t, "python3") {
		return
	}
	bin, dir := binaries(t), t.TempDir()
	source, prefix := filepath.Join(dir, "review"), filepath.Join(dir, "prefix")
	if err := os.CopyFS(source, os.DirFS("../examples/python/review")); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=" + dir, "PATH=" + filepath.Join(prefix, "bin") + ":" + bin + ":" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = source, environ
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	if exec.Command("python3", "-c", "import setuptools, wheel, ensurepip").Run() == nil {
		run("python3", "-m", "venv", "--system-site-packages", prefix)
		run(filepath.Join(prefix, "bin", "pip"), "install", "--no-index", "--no-deps", "--no-build-isolation", source)
	} else { // what makes a package is not there: the same files, as pip would lay them out
		run("mkdir", "-p", filepath.Join(prefix, "bin"), filepath.Join(prefix, "share/nrepo/commands"))
		run("cp", "share/review", filepath.Join(prefix, "share/nrepo/commands/review"))
		script := "#!/usr/bin/env python3\nimport sys\nsys.path.insert(0, '" + source + "')\nfrom nrepo_review import main\nsys.exit(main())\n"
		if err := writeProgram(filepath.Join(prefix, "bin/nrepo-review"), []byte(script)); err != nil {
			t.Fatal(err)
		}
	}
	nrepo := filepath.Join(bin, "nrepo")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"commands"}, "review      Look through ideas"},
		{[]string{"commands", "--json"}, `"version": "1.0.0"`},
		{[]string{"help", "review"}, "nrepo review shelve"},
		{[]string{"__complete", "--", "review", "sh"}, "shelve\t"},
		{[]string{"sandbox", "run", "--seed", "demo", "--", nrepo, "review", "list", "--days", "0", "--human"}, "#"},
		{[]string{"sandbox", "check", "nrepo-review", "--", "list"}, "ok"},
	} {
		if out := run(nrepo, tt.args...); !strings.Contains(out, tt.want) {
			t.Errorf("nrepo %q prints\n%s", tt.args, out)
		}
	}
	run("python3", "-m", "unittest")

	// A person is asked; nothing but yes shelves anything.
	for answer, code := range map[string]int{"n": 3, "": 3, "yes": 0} {
		s := startTerminal(t, environ, nrepo, "sandbox", "run", "--seed", "demo", "--", nrepo, "review", "shelve", "--days", "0", "--human")
		s.await("[y/N]")
		s.write(answer + "\r")
		got := s.end().ExitCode()
		if code == 0 {
			s.await("Shelved #")
		}
		if got != code || strings.Contains(s.text(), "Shelved #") != (code == 0) {
			t.Errorf("%q: exit code %d, want %d: %s", answer, got, code, s.text())
		}
	}
}
