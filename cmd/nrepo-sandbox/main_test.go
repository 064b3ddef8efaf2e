package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/teststart"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
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
	if out, err := exec.Command("go", "build", "-ldflags=-w", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	return teststart.Run(m)
}

// child is the command that "sandbox run" runs in these tests. It prints variables, copies
// its input or exits with a code.
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
	case "status": // prints the status of a page of the sandbox
		resp, err := http.Get(strings.TrimSuffix(os.Getenv("NEURALREPO_API_URL"), "/api/v1") + args[1])
		if err != nil {
			return 1
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode)
		return 0
	case "slow": // receives each SIGTERM without ending
		terminated := make(chan os.Signal, 2)
		signal.Notify(terminated, syscall.SIGTERM)
		fmt.Println("ready")
		go func() {
			for range terminated {
				fmt.Println("terminated")
			}
		}()
		io.Copy(io.Discard, os.Stdin)
		resp, err := http.Get(os.Getenv("NEURALREPO_API_URL") + "/health")
		if err != nil {
			return 1
		}
		resp.Body.Close()
		return 7
	case "ready": // prints "ready" and waits for the end of its input
		fmt.Println("ready", os.Getenv("XDG_CONFIG_HOME"))
		io.Copy(io.Discard, os.Stdin)
		return 0
	}
	return 99
}

// sandboxRun returns "sandbox run flags -- CHILD args", where CHILD is this test program.
func sandboxRun(t *testing.T, environ []string, stdin string, flags []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append([]string{"run"}, flags...)
	argv = append(argv, "--", self, "child")
	return execute(environ, stdin, append(argv, args...)...)
}

// execute runs the program in this process.
func execute(environ []string, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := &plugin.Env{Name: "nrepo sandbox", Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" }}
	code = env.Report(run(context.Background(), env, environ))
	return code, out.String(), errs.String()
}

func TestRunEnvironment(t *testing.T) {
	t.Parallel()
	outside := []string{
		"NEURALREPO_API_KEY=real", "NEURALREPO_CONFIG=/real", "NEURALREPO_PROFILE=work", "XDG_STATE_HOME=/real", "HOME=/home/real", "NEURALREPO_API_URL=https://real.example", "NEURALREPO_SANDBOX_KEY=old",
		"NEURALREPO_OUTPUT=json", "OTHER=1", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "GOCOVERDIR=" + os.Getenv("GOCOVERDIR"),
	}
	names := []string{"env", "NEURALREPO_API_KEY", "NEURALREPO_SANDBOX_KEY", "NEURALREPO_API_URL", "NEURALREPO_CONFIG", "NEURALREPO_PROFILE",
		"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME", "NEURALREPO_OUTPUT", "OTHER"}
	const common = `NEURALREPO_SANDBOX_KEY=(nrp_[0-9a-f]{64}) true
NEURALREPO_API_URL=http://127\.0\.0\.1:\d+/api/v1 true
NEURALREPO_CONFIG= false
NEURALREPO_PROFILE= false
XDG_CONFIG_HOME=(.+)config true
XDG_STATE_HOME=.+state true
XDG_CACHE_HOME=.+cache true
HOME=/home/real true
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
	long := strings.Repeat("zx", 200)

	for _, row := range []struct {
		args   string
		code   int
		stderr string
	}{
		{"run", 2, "no command to run"},
		{"run --", 2, "no command to run"},
		{"run --no-key", 2, "no command to run"},
		{"run --db x -- true", 2, "unknown flag --db"},
		{"--db x run -- true", 2, "run has no --addr, --db"},
		{"run -- nosuch-command-here", 127, "nosuch-command-here: command not found"},
		{"run " + filepath.Join(dir, "nosuch"), 127, "command not found"},
		{"run " + plain, 126, "cannot run " + plain},
		{"--fail POST", 2, "bad value for --fail: must be METHOD PATH STATUS"},
		{"--delay 1", 2, "bad value for --delay: must be a time"},
		{"--shape x", 2, "live or docs"},
		{"--addr 127.0.0.1:0 --seed " + plain, 1, "plain.txt:1: must be a JSON object"},
		{"--addr 127.0.0.1:0 --seed " + filepath.Join(dir, "no.jsonl"), 2, "cannot read "},
		{"run --seed " + filepath.Join(dir, "no.jsonl") + " -- true", 2, "no.jsonl: "},
		{"run --seed " + dir + " -- true", 2, "cannot read "},
		{"run --seed " + long + " -- true", 2, "z…: "},
		{"run --rate-limit 0 -- true", 2, "--rate-limit: "},
		{"--rate-limit -1", 2, "at least 1"},
		{"--rate-limit many", 2, "at least 1"},
		{"--session-ttl 0s", 2, "--session-ttl: "},
		{"--session-ttl 10", 2, "at least 1s"},
		{"--bogus", 2, "unknown flag --bogus"},
		{"serve", 2, "unexpected argument"},
		{"--json --human", 2, "cannot be used together"},
		{"--addr 0.0.0.0:0", 2, "add --allow-remote"},
		{"--addr :0", 2, "add --allow-remote"},
		{"--addr " + long, 2, "zxz…: missing port"},
		{"run -- " + long, 127, "zxz…"},
		{"run -- /" + long, 126, "zx…: file name too long"},
		{"--addr nonsense", 2, "--addr must be HOST:PORT"},
		{"--addr 127.0.0.1:99999", 2, "--addr must be HOST:PORT"},
		{"--addr " + addr, 1, "cannot listen on " + addr + ": "},
		{"--addr 127.0.0.1:0 --db " + filepath.Join(dir, "no", "x.db"), 1, "x.db"},
		{"--addr 127.0.0.1:0 --db " + plain, 1, "not a database"},
		{"approve", 2, "needs the URL of a login"},
		{"approve a b", 2, "needs the URL of a login"},
		{"approve https://neuralrepo.com/", 2, "not an http address on this machine"},
		{"approve http://127.0.0.1:1/x", 5, "cannot reach http://127.0.0.1:1: "},
	} {
		code, stdout, stderr := execute(os.Environ(), "", strings.Fields(row.args)...)
		first, _, _ := strings.Cut(stderr, "\n")
		if code != row.code || stdout != "" || !strings.HasPrefix(first, "nrepo sandbox: ") || !strings.Contains(first, row.stderr) {
			t.Errorf("%s: code %d, stdout %q, stderr %q", row.args, code, stdout, stderr)
		}
		if row.args == "--addr "+addr && !strings.Contains(stderr, "\nhint: use --addr 127.0.0.1:0 ") {
			t.Errorf("no way out named: %s", stderr)
		}
		if row.code == 5 && !strings.HasSuffix(stderr, "\nhint: is the sandbox running?\n") {
			t.Errorf("%s: no hint: %s", row.args, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--help":        "\n\nUsage:\n  nrepo sandbox [flags]\n",
		"--addr x -h":   "\n\nUsage:\n  nrepo sandbox [flags]\n",
		"run --help":    "\n\nUsage:\n  nrepo sandbox run ",
		"approve -h":    "\n\nUsage:\n  nrepo sandbox approve ",
		"run --version": "nrepo-sandbox ",
	} {
		code, stdout, stderr := execute(nil, "", strings.Fields(args)...)
		if code != 0 || !strings.Contains(stdout, want) || stderr != "" {
			t.Errorf("%s: code %d\n%s%s", args, code, stdout, stderr)
		}
		for line := range strings.Lines(stdout) {
			if len(line) > 100 {
				t.Errorf("%s: a long line: %s", args, line)
			}
		}
	}
}

// TestRunTakesFlags checks that --session-ttl and --handoff apply to the private sandbox.
func TestRunTakesFlags(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{"": "200", "--handoff": "404"} {
		code, stdout, stderr := sandboxRun(t, os.Environ(), "", strings.Fields(flags), "status", "/.well-known/oauth-authorization-server/api/v1")
		if code != 0 || strings.TrimSpace(stdout) != want {
			t.Errorf("%q: code %d, %q %q", flags, code, stdout, stderr)
		}
	}
}
