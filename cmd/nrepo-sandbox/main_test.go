package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// program is the built nrepo-sandbox.
var program string

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		os.Exit(child(os.Args[2:]))
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "nrepo-sandbox-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "nrepo-sandbox")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	return m.Run()
}

// child is the command that "sandbox run" runs in these tests: it prints
// variables, copies its input or exits with a code.
func child(args []string) int {
	switch args[0] {
	case "env":
		for _, name := range args[1:] {
			value, set := os.LookupEnv(name)
			fmt.Printf("%s=%s %v\n", name, value, set)
		}
		return 0
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
		fmt.Fprint(os.Stderr, "on stderr")
		return 0
	case "exit":
		var code int
		fmt.Sscan(args[1], &code)
		return code
	case "ready": // says so, and waits for the end of its input
		fmt.Println("ready", os.Getenv("NEURALREPO_CONFIG"))
		io.Copy(io.Discard, os.Stdin)
		return 0
	}
	return 99
}

// sandboxRun is "sandbox run flags -- this test as a child with args".
func sandboxRun(t *testing.T, environ []string, stdin string, flags []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	argv := append([]string{"run"}, flags...)
	argv = append(argv, "--", self, "child")
	code = run(context.Background(), process{append(argv, args...), environ, strings.NewReader(stdin), &out, &errs})
	return code, out.String(), errs.String()
}

func TestRunEnvironment(t *testing.T) {
	t.Parallel()
	outside := []string{
		"NEURALREPO_API_KEY=real", "NEURALREPO_CONFIG=/real", "NEURALREPO_API_URL=https://real.example", "NEURALREPO_SANDBOX_KEY=old",
		"NEURALREPO_OUTPUT=json", "OTHER=1", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
	}
	names := []string{"env", "NEURALREPO_API_KEY", "NEURALREPO_SANDBOX_KEY", "NEURALREPO_API_URL", "NEURALREPO_CONFIG", "NEURALREPO_OUTPUT", "OTHER"}
	const common = `NEURALREPO_SANDBOX_KEY=(nrp_[0-9a-f]{64}) true
NEURALREPO_API_URL=http://127\.0\.0\.1:\d+/api/v1 true
NEURALREPO_CONFIG=(.+)config\.json true
NEURALREPO_OUTPUT=json true
OTHER=1 true
$`
	for _, row := range []struct {
		flags []string
		want  string
	}{
		{nil, `^NEURALREPO_API_KEY=(nrp_[0-9a-f]{64}) true\n` + common},
		{[]string{"--no-key"}, `^NEURALREPO_API_KEY=() false\n` + common},
	} {
		code, stdout, stderr := sandboxRun(t, outside, "", row.flags, names...)
		found := regexp.MustCompile(row.want).FindStringSubmatch(stdout)
		if code != 0 || stderr != "" || found == nil {
			t.Fatalf("%v: code %d\n%s%s", row.flags, code, stdout, stderr)
		}
		if found[1] != "" && found[1] != found[2] {
			t.Errorf("two keys: %s", stdout)
		}
		if _, err := os.Stat(found[3]); !os.IsNotExist(err) {
			t.Errorf("%s is still there", found[3])
		}
	}
}

func TestRunPassesOn(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := sandboxRun(t, os.Environ(), "some input", nil, "cat")
	if code != 0 || stdout != "some input" || stderr != "on stderr" {
		t.Errorf("code %d, %q, %q", code, stdout, stderr)
	}
	for _, want := range []int{0, 1, 3, 42, 127} {
		code, stdout, stderr := sandboxRun(t, os.Environ(), "", nil, "exit", fmt.Sprint(want))
		if code != want || stdout != "" || stderr != "" {
			t.Errorf("exit %d: code %d, %q, %q", want, code, stdout, stderr)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.txt")
	if err := os.WriteFile(plain, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()

	for _, row := range []struct {
		args   string
		code   int
		stderr string
	}{
		{"run", 2, "no command to run"},
		{"run --", 2, "no command to run"},
		{"run --no-key", 2, "no command to run"},
		{"run --db x -- true", 2, "not defined: -db"},
		{"run nosuch-command-here", 127, "nosuch-command-here: command not found"},
		{"run " + filepath.Join(dir, "nosuch"), 127, "command not found"},
		{"run " + plain, 126, "cannot run " + plain},
		{"run --rate-limit 0 -- true", 2, "--rate-limit must be at least 1"},
		{"--rate-limit -1", 2, "--rate-limit must be at least 1"},
		{"--rate-limit many", 2, "invalid value"},
		{"--bogus", 2, "not defined: -bogus"},
		{"serve", 2, `unexpected argument "serve"`},
		{"--addr 0.0.0.0:0", 2, "add --allow-remote"},
		{"--addr :0", 2, "add --allow-remote"},
		{"--addr nonsense", 2, "--addr must be HOST:PORT"},
		{"--addr 127.0.0.1:99999", 2, "--addr must be HOST:PORT"},
		{"--addr " + addr, 1, "cannot listen on " + addr + " ("},
		{"--addr 127.0.0.1:0 --db " + filepath.Join(dir, "no", "x.db"), 1, "x.db"},
		{"--addr 127.0.0.1:0 --db " + plain, 1, "file is not a database"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), process{strings.Fields(row.args), os.Environ(), strings.NewReader(""), &stdout, &stderr})
		first, _, _ := strings.Cut(stderr.String(), "\n")
		if code != row.code || stdout.Len() > 0 || !strings.HasPrefix(first, "nrepo sandbox: ") || !strings.Contains(first, row.stderr) {
			t.Errorf("%s: code %d, stdout %q, stderr %q", row.args, code, stdout.String(), stderr.String())
		}
		if row.code == 1 && row.args == "--addr "+addr && !strings.HasSuffix(first, "use --addr 127.0.0.1:0") {
			t.Errorf("no way out named: %s", first)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--help", "-h", "run --help", "--addr x -h"} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), process{strings.Fields(args), nil, strings.NewReader(""), &stdout, &stderr})
		if code != 0 || stdout.String() != usage || stderr.Len() > 0 {
			t.Errorf("%s: code %d\n%s%s", args, code, stdout.String(), stderr.String())
		}
	}
}
