package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDemoIsTheReadme runs the demo and compares what it prints with the
// session that the README shows, but for what differs from run to run.
func TestDemoIsTheReadme(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	demo := exec.Command(filepath.Join(bin, "nrepo-sandbox"), "run", "--no-key", "--", "sh", "../examples/demo.sh")
	demo.Env = []string{"HOME=" + t.TempDir(), "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	printed, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("the demo failed: %v\n%s", err, printed)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, session, _ := strings.Cut(string(readme), "```console\n")
	session, _, found := strings.Cut(session, "```\n")
	if !found {
		t.Fatal("the README has no console session")
	}
	if got, want := sameEachRun(string(printed)), sameEachRun(session); got != want {
		t.Errorf("the demo prints\n%s\nthe README shows\n%s", got, want)
	}
}

// sameEachRun replaces keys, times, ports and temporary folders.
func sameEachRun(s string) string {
	for pattern, name := range map[string]string{ // no pattern matches what another leaves
		`nrp_[0-9a-f…]+`:               "nrp_KEY",
		`\d{4}-\d\d-\d\dT[0-9:.]+Z`:    "TIME",
		`127\.0\.0\.1:\d+`:             "127.0.0.1:PORT",
		`20\d\d-\d\d-\d\d( |$)`:        "DAY ",
		`\?[^\s"]*…|\?\S*state=\S*`:    "?QUERY",
		`\S*/nrepo-sandbox-\w+/config`: "DIR/config",
	} {
		s = regexp.MustCompile(pattern).ReplaceAllString(s, name)
	}
	return s
}
