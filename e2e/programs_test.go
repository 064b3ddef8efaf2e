package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// limits are the limits of docs/benchmarks.md for packages and size. The more a program
// links, the slower it starts.
var limits = []struct {
	program  string
	packages int   // linked packages, including the standard library
	bytes    int64 // stripped
}{
	{"nrepo", 115, 2_600_000},
	{"nrepo-api", 220, 7_700_000},
	{"nrepo-ideas", 250, 8_470_000},
	{"nrepo-key", 215, 6_500_000},
	{"nrepo-login", 225, 6_920_000}, // it contains a server, for the browser's answer
	{"nrepo-logout", 215, 6_400_000},
	{"nrepo-push", 215, 6_610_000},
	{"nrepo-token", 215, 6_360_000},
	{"nrepo-whoami", 215, 6_400_000},
	{"nrepo-sandbox", 290, 16_000_000},
}

func TestProgramsAreSmall(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	sizes, deps := make(map[string]int64), dependencies(t, runtime.GOOS)
	all := int64(0)
	for _, limit := range limits {
		if n := len(deps[limit.program]); n == 0 || n > limit.packages {
			t.Errorf("%s links %d packages, of at most %d", limit.program, n, limit.packages)
		}
		info, err := os.Stat(filepath.Join(bin, limit.program))
		if err != nil {
			t.Fatal(err)
		}
		sizes[limit.program] = info.Size()
		all += info.Size()
		if info.Size() > limit.bytes {
			t.Errorf("%s has %d bytes, more than %d", limit.program, info.Size(), limit.bytes)
		}
	}
	if sum := sizes["nrepo"] + sizes["nrepo-login"] + sizes["nrepo-push"]; sum > 16_500_000 {
		t.Errorf("the programs of an image for CI have %d bytes, more than 16.5 MB", sum)
	}
	if all -= sizes["nrepo-sandbox"]; all > 58_000_000 {
		t.Errorf("all programs but the sandbox are of %d bytes, more than 58 MB", all)
	}
	built := 0
	entries, err := os.ReadDir(bin)
	for _, e := range entries {
		if e.Type().IsRegular() { // not the links
			built++
		}
	}
	if err != nil || built != len(limits) {
		t.Errorf("%d programs have a limit, %d are built: %v", len(limits), built, err)
	}
}

// TestHandOverIsQuiet checks all system calls from the start of nrepo to the start of
// the command. There is one stat for each candidate file and little else. nrepo reads no
// directory, opens no config, starts no child and uses no network.
func TestHandOverIsQuiet(t *testing.T) {
	t.Parallel()
	bin, dir := binaries(t), t.TempDir()
	command := filepath.Join(dir, "nrepo-nop")
	if err := os.Symlink("/bin/true", command); err != nil {
		t.Fatal(err)
	}
	nrepo := filepath.Join(bin, "nrepo")
	calls := traceToExec(t, "PATH=/nowhere:"+bin+":"+dir, "HOME="+dir)
	got := []string{}
	for _, call := range calls {
		name, rest, _ := strings.Cut(call, "(")
		switch {
		case name == "clone" || name == "clone3":
			if !strings.Contains(rest, "CLONE_THREAD") {
				t.Errorf("a child: %s", call)
			}
		case strings.HasPrefix(name, "getdents"), strings.HasSuffix(name, "fork"), name == "socket", name == "chdir":
			t.Errorf("unwanted: %s", call)
		case strings.Contains(rest, `"/sys/`), strings.Contains(rest, `"/proc/`): // by the Go runtime
		case strings.Contains(rest, `"`):
			_, file, _ := strings.Cut(rest, `"`)
			file, _, _ = strings.Cut(file, `"`)
			got = append(got, alike(name)+" "+file)
		}
	}
	want := []string{
		// Find the file that is running, and its entry of PATH.
		"stat " + nrepo, "stat /nowhere/nrepo",
		// Look for the command beside nrepo. If nrepo is a link, its target's directory is
		// searched too.
		"stat " + nrepo + "-nop", "readlink " + nrepo,
		// Look in each entry of PATH. Even without a linked version, no file is opened,
		// because the build information is in memory.
		"stat /nowhere/nrepo-nop", "stat " + nrepo + "-nop", "stat " + command, "access " + command,
		"execve " + command,
	}
	if !slices.Equal(got, want) {
		t.Errorf("files asked for:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// alike returns the same name for all variants of a system call.
func alike(call string) string {
	switch call {
	case "newfstatat", "fstatat64", "statx", "stat64":
		return "stat"
	case "readlinkat":
		return "readlink"
	case "faccessat", "faccessat2":
		return "access"
	case "openat":
		return "open"
	}
	return call
}

// traceToExec runs `nrepo nop` under strace. It returns the relevant system calls from
// its start to the execve of the command, without process ids.
func traceToExec(t *testing.T, env ...string) []string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		need(t, "strace is not installed")
	}
	log := filepath.Join(t.TempDir(), "log")
	cmd := exec.Command(strace, "-f", "-o", log, "-s", "4096", "-e", "trace=%file,%process,%network,getdents,getdents64", "nrepo", "nop")
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		need(t, "strace cannot trace here: "+string(out))
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for line := range strings.Lines(string(data)) {
		_, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		if strings.HasPrefix(call, "<...") || strings.HasPrefix(call, "+++") || strings.HasPrefix(call, "---") {
			continue
		}
		calls = append(calls, call)
		if strings.HasPrefix(call, "execve(") && len(calls) > 1 {
			return calls[1:]
		}
	}
	t.Fatalf("no second execve in\n%s", data)
	return nil
}

// need skips a test that cannot run here. In CI, it fails the test.
func need(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// haveShell reports whether a program is installed. In CI, it must be.
func haveShell(t *testing.T, shell string) bool {
	t.Helper()
	if _, err := exec.LookPath(shell); err == nil {
		return true
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: apt-get install %s", shell, shell)
	}
	t.Logf("%s is not installed; nothing is tested in it", shell)
	return false
}
