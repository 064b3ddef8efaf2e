package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v3"
	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

const apiKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// process is an Env whose output a test can check.
type process struct {
	*Env
	stdout, stderr bytes.Buffer
}

// newProcess returns the process "nrepo demo args…" of a user who is not logged in. Its
// environment is vars, each NAME=VALUE.
func newProcess(t testing.TB, vars []string, args ...string) *process {
	t.Helper()
	environ := map[string]string{"NEURALREPO_CONFIG": filepath.Join("no-such-directory", "config.json")}
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		environ[name] = value
	}
	p := &process{}
	p.Env = &Env{
		Name:       "nrepo demo",
		MayBeEmpty: []string{"tag"},
		Args:       args,
		Stdin:      strings.NewReader(""),
		Stdout:     &p.stdout,
		Stderr:     &p.stderr,
		Getenv:     func(name string) string { return environ[name] },
	}
	return p
}

// demo is a command with a flag of each kind and two subcommands. It prints the name of
// the command that runs, its flags and its arguments.
func demo(env *Env) *ffcli.Command {
	fs := flag.NewFlagSet("demo", flag.ExitOnError) // with Run, it must not exit
	text := fs.String("text", "", "a `TEXT`")
	n := fs.Int("n", 1, "a `NUMBER`")
	loud := fs.Bool("loud", false, "a switch")
	sub := flag.NewFlagSet("list", flag.ContinueOnError)
	tag := sub.String("tag", "", "a `TAG`")
	show := func(name string, flags func() string) func(context.Context, []string) error {
		return func(_ context.Context, args []string) error {
			line := fmt.Sprintf("%s %s %q", name, flags(), args)
			return env.Print(map[string]string{"ran": line}, line+"\n")
		}
	}
	return &ffcli.Command{
		Name:       "demo",
		ShortUsage: "nrepo demo [flags] [WORD…]",
		ShortHelp:  "Show what was understood",
		LongHelp:   "Examples:\n  nrepo demo a",
		FlagSet:    fs,
		Options:    []ff.Option{ff.WithEnvVarPrefix("NREPO_TEST_DEMO")},
		Subcommands: []*ffcli.Command{
			{Name: "list", ShortUsage: "nrepo demo list", ShortHelp: "List", FlagSet: sub,
				Exec: show("list", func() string { return *tag })},
			{Name: "group", ShortUsage: "nrepo demo group", ShortHelp: "Group", Subcommands: []*ffcli.Command{
				{Name: "one", ShortUsage: "nrepo demo group one", ShortHelp: "One", Exec: show("one", func() string { return "" })},
			}},
			{Name: "ask", ShortUsage: "nrepo demo ask", ShortHelp: "Ask for help",
				Exec: func(context.Context, []string) error { return flag.ErrHelp }},
			{Name: "fail", ShortUsage: "nrepo demo fail", ShortHelp: "Fail",
				Exec: func(context.Context, []string) error { return errors.New("no luck") }},
			{Name: "misuse", ShortUsage: "nrepo demo misuse", ShortHelp: "Misuse",
				Exec: func(context.Context, []string) error { return Usagef("needs a word") }},
		},
		Exec: show("demo", func() string { return fmt.Sprint(*text, *n, *loud) }),
	}
}

func (p *process) run() int {
	return p.Report(p.Run(context.Background(), demo(p.Env)))
}

// The error for a bad value says what the flag accepts, and does not repeat the value.
func TestBadValue(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"--wait=s3cr3t":              "duration",
		"--wait=10":                  "duration",
		"--int=1.5":                  "whole number",
		"--int64=s3cr3t":             "whole number",
		"--uint=-1":                  "whole number",
		"--uint64=s3cr3t":            "whole number",
		"--float=s3cr3t":             "must be a number",
		"--own=s3cr3t":               "parse error",
		"--int=99999999999999999999": "value out of range",
	} {
		fs := flag.NewFlagSet("demo", flag.ContinueOnError)
		fs.Duration("wait", 0, "")
		fs.Int("int", 0, "")
		fs.Int64("int64", 0, "")
		fs.Uint("uint", 0, "")
		fs.Uint64("uint64", 0, "")
		fs.Float64("float", 0, "")
		fs.Func("own", "", func(string) error { return errors.New("parse error") })
		p := newProcess(t, nil, arg)
		code := p.Report(p.Run(t.Context(), &ffcli.Command{Name: "demo", FlagSet: fs}))
		name, _, _ := strings.Cut(arg, "=")
		if first, _, _ := strings.Cut(p.stderr.String(), "\n"); code != ExitUsage || !strings.HasPrefix(first, "nrepo demo: ") || !strings.Contains(first, name+": ") || !strings.Contains(first, want) || strings.Contains(first, "s3cr3t") {
			t.Errorf("%s: exit code %d, stderr %q", arg, code, &p.stderr)
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		args   string // separated by spaces; _ stands for an empty argument
		vars   []string
		code   int
		stdout string
		stderr string // words in it, separated by spaces; "" for none
	}{
		{name: "nothing", stdout: "demo 1 false []\n"},
		{name: "flags first", args: "--text x --n 3 --loud a b", stdout: "demo x3 true [\"a\" \"b\"]\n"},
		{name: "flags last", args: "a b --text x --n 3 --loud", stdout: "demo x3 true [\"a\" \"b\"]\n"},
		{name: "flags between", args: "a --loud b --text=x", stdout: "demo x1 true [\"a\" \"b\"]\n"},
		{name: "one dash", args: "-text x -loud", stdout: "demo x1 true []\n"},
		{name: "value with equals", args: "--text=a=b", stdout: "demo a=b1 false []\n"},
		{name: "empty value", args: "--text= a", code: 2, stderr: "--text empty"},
		{name: "empty value, apart", args: "a --text _", code: 2, stderr: "--text empty"},
		{name: "empty value that may be", args: "list --tag _", stdout: "list  []\n"},
		{name: "empty argument", args: "_ a", stdout: "demo 1 false [\"\" \"a\"]\n"},
		{name: "value like a flag", args: "--text --loud", stdout: "demo --loud1 false []\n"},
		{name: "value is the separator", args: "--text -- a", stdout: "demo --1 false [\"a\"]\n"},
		{name: "last one wins", args: "--text a --text b", stdout: "demo b1 false []\n"},
		{name: "separator", args: "a -- --loud --json -- list", stdout: "demo 1 false [\"a\" \"--loud\" \"--json\" \"--\" \"list\"]\n"},
		{name: "one dash alone", args: "- a", stdout: "demo 1 false [\"-\" \"a\"]\n"},
		{name: "false", args: "--loud=false --json=false", stdout: "demo 1 false []\n"},

		{name: "subcommand", args: "list a --tag x", stdout: "list x [\"a\"]\n"},
		{name: "subcommand after its parent's flag", args: "--loud list", stdout: "list  []\n"},
		{name: "subcommand's name as an argument", args: "list list", stdout: "list  [\"list\"]\n"},
		{name: "subcommand's name after the separator", args: "-- list", stdout: "demo 1 false [\"list\"]\n"},
		{name: "subcommand in other letters", args: "LIST", stdout: "demo 1 false [\"LIST\"]\n"},
		{name: "subcommand's beginning", args: "lis", stdout: "demo 1 false [\"lis\"]\n"},
		{name: "two levels", args: "group one a", stdout: "one  [\"a\"]\n"},
		{name: "missing subcommand", args: "group", code: 2, stderr: "missing one group --help"},
		{name: "unknown subcommand", args: "group ONE", code: 2, stderr: "ONE group"},
		{name: "subcommand after the separator", args: "group -- one", code: 2, stderr: "one group"},
		{name: "parent's flag after the subcommand", args: "list --loud", code: 2, stderr: "--loud list --help"},

		{name: "unknown flag", args: "--colour", code: 2, stderr: "--colour --help"},
		{name: "unknown flag with a value", args: "--colour=red", code: 2, stderr: "--colour --help"},
		{name: "unknown short flag", args: "-x", code: 2, stderr: "-x --help"},
		{name: "missing value", args: "a --text", code: 2, stderr: "--text value"},
		{name: "missing value, short", args: "-n", code: 2, stderr: "-n value"},
		{name: "bad value", args: "-n s3cr3t", code: 2, stderr: "-n number"},
		{name: "switch with a value", args: "--loud=s3cr3t", code: 2, stderr: "--loud value"},
		{name: "common switch with a value", args: "--help=s3cr3t", code: 2, stderr: "--help value"},
		{name: "error of the command", args: "fail", code: 1, stderr: "luck"},
		{name: "wrong use found by the command", args: "misuse", code: 2, stderr: "misuse --help"},

		{name: "json", args: "--json", stdout: "{\n  \"ran\": \"demo 1 false []\"\n}\n"},
		{name: "json last", args: "list a --json", stdout: "{\n  \"ran\": \"list  [\\\"a\\\"]\"\n}\n"},
		{name: "json before the subcommand", args: "--json list", stdout: "{\n  \"ran\": \"list  []\"\n}\n"},
		{name: "both formats", args: "--json a --human", code: 2, stderr: "--json --human"},
		{name: "variable", vars: []string{"NEURALREPO_OUTPUT=json"}, stdout: "{\n  \"ran\": \"demo 1 false []\"\n}\n"},
		{name: "flag before variable", args: "--human", vars: []string{"NEURALREPO_OUTPUT=json"}, stdout: "demo 1 false []\n"},
		{name: "flag before a bad variable", args: "--human", vars: []string{"NEURALREPO_OUTPUT=xml"}, stdout: "demo 1 false []\n"},
		{name: "empty variable", vars: []string{"NEURALREPO_OUTPUT="}, stdout: "demo 1 false []\n"},
		{name: "bad variable", vars: []string{"NEURALREPO_OUTPUT=s3cr3t"}, code: 2, stderr: "NEURALREPO_OUTPUT unset"},

		{name: "usage error in JSON", args: "--json --colour", code: 2, stderr: `{"error" --colour "code":"usage" "hint"`},
		{name: "usage error before --json", args: "--colour --json", code: 2, stderr: `{"error" --colour "code":"usage" "hint"`},
		{name: "usage error with --json after the separator", args: "--colour -- --json", code: 2, stderr: "--colour"},
		{name: "usage error by variable", args: "--colour", vars: []string{"NEURALREPO_OUTPUT=json"}, code: 2, stderr: `{"error" --colour "code":"usage" "hint"`},
		{name: "error in JSON", args: "fail --json", code: 1, stderr: `{"error" luck "code":"unknown"`},
		{name: "--json as a value is no format", args: "misuse a -- --json", code: 2, stderr: "misuse --help"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(tt.args)
			for i := range args {
				if args[i] == "_" {
					args[i] = ""
				}
			}
			p := newProcess(t, tt.vars, args...)
			if code := p.run(); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if got := p.stdout.String(); got != tt.stdout {
				t.Errorf("stdout %q, want %q", got, tt.stdout)
			}
			got := p.stderr.String()
			if (got == "") != (tt.stderr == "") || strings.HasPrefix(got, "{") != strings.HasPrefix(tt.stderr, "{") || strings.Contains(got, "s3cr3t") {
				t.Errorf("stderr %q, want %q", got, tt.stderr)
			}
			for word := range strings.FieldsSeq(tt.stderr) {
				if !strings.Contains(got, word) {
					t.Errorf("no %q in stderr %q", word, got)
				}
			}
		})
	}
}

func TestRunHelp(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args string
		vars []string
		want []string
	}{
		"long":                  {"--help", nil, []string{"Show what was understood\n\nUsage:\n  nrepo demo [flags]", "\nCommands:\n  list ", "  --text TEXT", "  -n NUMBER    a NUMBER (default 1)", "Examples:", "Exit codes:\n  0 done"}},
		"short":                 {"-h", nil, []string{"Show what was understood"}},
		"one dash":              {"-help", nil, []string{"Show what was understood"}},
		"two dashes and h":      {"--h", nil, []string{"Show what was understood"}},
		"of a subcommand":       {"list --help", nil, []string{"List\n\nUsage:\n  nrepo demo list\n", "--tag TAG"}},
		"before the subcommand": {"--help list", nil, []string{"nrepo demo list\n"}},
		"of a group":            {"group -h", nil, []string{"Commands:\n  one"}},
		"after arguments":       {"a b --help", nil, []string{"Show what was understood"}},
		"with a bad variable":   {"--help", []string{"NEURALREPO_OUTPUT=xml"}, []string{"Show what was understood"}},
		"with both formats":     {"--help --json --human", nil, []string{"Show what was understood"}},
		"by the command itself": {"ask", nil, []string{"nrepo demo ask\n"}},
		"version":               {"--version", nil, []string{"nrepo-demo "}},
		"version of subcommand": {"list --version", nil, []string{"nrepo-demo "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProcess(t, tt.vars, strings.Fields(tt.args)...)
			if code := p.run(); code != ExitOK || p.stderr.Len() > 0 {
				t.Errorf("exit code %d, stderr %q", code, &p.stderr)
			}
			for _, want := range tt.want {
				if !strings.Contains(p.stdout.String(), want) {
					t.Errorf("no %q in:\n%s", want, &p.stdout)
				}
			}
		})
	}
}

// The common flags are listed after the command's own flags.
func TestHelpOrder(t *testing.T) {
	t.Parallel()
	p := newProcess(t, nil, "--help")
	p.run()
	last := -1
	for _, name := range []string{"--loud", "--text", "--help", "--human", "--json", "--version"} {
		at := strings.Index(p.stdout.String(), "\n  "+name)
		if at <= last {
			t.Errorf("%s is missing or too early in:\n%s", name, &p.stdout)
		}
		last = at
	}
}

func TestAPIKeyAsArgument(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{apiKey}, {"--text", apiKey}, {"--text=" + apiKey}, {"--" + apiKey}, {"-" + apiKey}, {"--loud=" + apiKey},
		{"list", apiKey}, {"--", apiKey}, {"--help", apiKey}, {"--colour", apiKey}, {"X-API-Key: " + apiKey},
		{apiKey[:20]}, {"nrp_" + apiKey}, {"nrp_" + strings.ToUpper(apiKey[4:])},
		{"NRP_" + apiKey[4:]}, {"/ideas?key=nrp%5F" + apiKey[4:]},
	} {
		for _, format := range []string{"human", "json"} {
			t.Run(format, func(t *testing.T) {
				t.Parallel()
				p := newProcess(t, []string{"NEURALREPO_OUTPUT=" + format}, args...)
				if code := p.run(); code != ExitUsage || p.stdout.Len() > 0 {
					t.Errorf("exit code %d, stdout %q", code, &p.stdout)
				}
				got := p.stderr.String()
				if strings.Contains(strings.ToLower(got), apiKey[4:16]) {
					t.Errorf("the key is repeated: %s", got)
				}
				for _, want := range []string{"must not be an argument", "nrepo key revoke"} {
					if !strings.Contains(got, want) {
						t.Errorf("no %q in %s", want, got)
					}
				}
				if format == "json" && (!json.Valid([]byte(got)) || strings.Count(got, "\n") != 1) {
					t.Errorf("not one JSON line: %s", got)
				}
			})
		}
	}
}

// If the flags were parsed, a value that looks like --json does not change the format of
// errors.
func TestErrorFormatIsThatOfTheFlags(t *testing.T) {
	t.Parallel()
	p := newProcess(t, nil, "misuse", "x", "--", "--json")
	cmd := demo(p.Env)
	cmd.Exec = func(context.Context, []string) error { return errors.New("no luck") }
	p.Args = []string{"--text", "--json"}
	p.Report(p.Run(context.Background(), cmd))
	if got, want := p.stderr.String(), "nrepo demo: no luck\n"; got != want {
		t.Errorf("stderr %q, want %q", got, want)
	}
}

func TestBareCommand(t *testing.T) {
	t.Parallel()
	p := newProcess(t, nil, "a", "--json", "b")
	err := p.Run(context.Background(), &ffcli.Command{Name: "demo", Exec: func(_ context.Context, args []string) error {
		return p.Print(args, "")
	}})
	if err != nil || p.stdout.String() != "[\n  \"a\",\n  \"b\"\n]\n" {
		t.Errorf("%v, stdout %q", err, &p.stdout)
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "NEURALREPO_CONFIG=" + path
	}
	withKey := write("key.json", `{"api_key":"`+apiKey+`","auth_method":"api_key"}`)
	withBrowser := write("browser.json", `{"api_key":"session","auth_method":"oauth"}`)
	broken := write("broken.json", `{`)
	for name, tt := range map[string]struct {
		args     []string
		vars     []string
		fallback output.Format
		want     output.Format
	}{
		"nothing":                       {want: output.Human},
		"login with a key":              {vars: []string{withKey}, want: output.JSON},
		"login with a browser":          {vars: []string{withBrowser}, want: output.Human},
		"broken login":                  {vars: []string{broken}, want: output.Human},
		"key in the environment":        {vars: []string{withBrowser, "NEURALREPO_API_KEY=" + apiKey}, want: output.JSON},
		"command's default over login":  {vars: []string{withKey}, fallback: output.Human, want: output.Human},
		"variable over command's":       {vars: []string{"NEURALREPO_OUTPUT=json"}, fallback: output.Human, want: output.JSON},
		"variable over login":           {vars: []string{withKey, "NEURALREPO_OUTPUT=human"}, want: output.Human},
		"flag over everything":          {args: []string{"--human"}, vars: []string{withKey, "NEURALREPO_OUTPUT=json"}, fallback: output.JSON, want: output.Human},
		"flag over everything, to JSON": {args: []string{"--json"}, vars: []string{withBrowser, "NEURALREPO_OUTPUT=human"}, fallback: output.Human, want: output.JSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProcess(t, tt.vars, tt.args...)
			p.DefaultFormat = tt.fallback
			var got output.Format
			err := p.Run(context.Background(), &ffcli.Command{Name: "demo", Exec: func(context.Context, []string) (err error) {
				got, err = p.Format()
				return err
			}})
			if err != nil || got != tt.want {
				t.Errorf("Format = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
