package plugin

import (
	"context"
	"flag"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// keys is a command like nrepo key, with flags like those of nrepo push.
func keys() *ffcli.Command {
	fs := flag.NewFlagSet("keys", flag.ContinueOnError)
	for _, name := range []string{"tag", "status", "body", "body-file", "api-key", "f", "paginate"} {
		fs.String(name, "", "a `TEXT`")
	}
	exec := func(context.Context, []string) error { return nil }
	return &ffcli.Command{Name: "keys", FlagSet: fs, Subcommands: []*ffcli.Command{
		{Name: "list", Exec: exec}, {Name: "create", Exec: exec}, {Name: "revoke", Exec: exec},
	}}
}

// The error names the wrong word, unless it could be a secret, and the word that was
// probably meant.
func TestWhatWasMeant(t *testing.T) {
	t.Parallel()
	const usage, dashes = "`nrepo demo --help`", "put -- before"
	for arg, want := range map[string][2]string{ // what the error repeats and what the hint names
		"--tags":                       {"--tags", "--tag?"},
		"--tags=a":                     {"--tags", "--tag?"},
		"-tags":                        {"--tags", "--tag?"},
		"--TAG":                        {"--TAG", "--tag?"},
		"--apikey":                     {"--apikey", "--api-key?"},
		"--api_key":                    {"--api_key", "--api-key?"},
		"--stauts=x":                   {"--stauts", "--status?"},
		"--pagin":                      {"--pagin", "--paginate?"},
		"--titel":                      {"--titel", usage},
		"--verson":                     {"--verson", "--version?"},
		"-x":                           {"-x", usage},
		"-5":                           {`"-5"`, dashes},
		"-5 degrees":                   {`"-5 degrees"`, dashes},
		"- a list":                     {`"- a list"`, dashes},
		"--s3cr3t":                     {"", dashes},
		"--s3cr3t=x":                   {"", dashes},
		"-pa55word and more":           {"", dashes},
		"--=x":                         {"", dashes},
		"--" + strings.Repeat("a", 25): {"", usage},

		"ls":     {`"ls"`, "`nrepo demo list`"},
		"rm":     {`"rm"`, "`nrepo demo revoke`"},
		"Delete": {`"Delete"`, "`nrepo demo revoke`"},
		"creat":  {`"creat"`, "`nrepo demo create`"},
		"rev":    {`"rev"`, "`nrepo demo revoke`"},
		"rotate": {`"rotate"`, usage},
		"x":      {`"x"`, usage},
		"s3cr3t": {"", usage},
	} {
		p := newProcess(t, nil, arg)
		err := p.Run(t.Context(), keys())
		e := output.AsError(err)
		if ExitCode(err) != ExitUsage || !strings.Contains(e.Error(), want[0]) || !strings.Contains(e.Hint, want[1]) {
			t.Errorf("%s: %v, hint %q; want %q", arg, err, e.Hint, want)
		}
		if word := strings.Trim(arg, "-=x"); want[0] == "" && word != "" && strings.Contains(e.Error()+e.Hint, word) {
			t.Errorf("%s is repeated: %v, hint %q", arg, err, e.Hint)
		}
		if !strings.HasPrefix(arg, "-") && !strings.Contains(e.Error(), "list, create, revoke") {
			t.Errorf("%s: %v does not list the subcommands", arg, err)
		}
	}
}

// A message repeats at most about 80 characters.
func TestWrongUseIsShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 1000)
	for _, arg := range []string{"-" + long, long} {
		if err := newProcess(t, nil, arg).Run(t.Context(), keys()); ExitCode(err) != ExitUsage || len(err.Error()) > 160 {
			t.Errorf("%v", err)
		}
	}
	if _, err := newProcess(t, nil).ReadInput(t.Context(), long, 1); ExitCode(err) != ExitUsage || len(err.Error()) > 160 {
		t.Errorf("%v", err)
	}
}

// An argument that is an encoded API key is refused like a plain one.
func TestDisguisedKey(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"nrp%5F" + apiKey[4:], "NRP_" + apiKey[4:], "--tag=nrp%5f" + apiKey[4:20], "/x?k=nrp%255F" + apiKey[4:]} {
		p := newProcess(t, nil, "a", arg)
		if code := p.run(); code != ExitUsage || strings.Contains(p.stderr.String(), apiKey[4:16]) || !strings.Contains(p.stderr.String(), "API key") {
			t.Errorf("%s: exit code %d, %q", arg, code, &p.stderr)
		}
	}
	p := newProcess(t, nil, apiKey[4:]) // a digest has the same form
	if code := p.run(); code != ExitOK || !strings.Contains(p.stdout.String(), apiKey[4:]) {
		t.Errorf("64 digits: exit code %d, %q", code, &p.stderr)
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]bool{"": false, "--tag=": true, "--tag=x": true, "--status=x": false} {
		p := newProcess(t, nil, strings.Fields("list "+args)...)
		cmd := keys()
		cmd.Subcommands[0].FlagSet = cmd.FlagSet
		var got bool
		cmd.Subcommands[0].Exec = func(context.Context, []string) error { got = Given(cmd.FlagSet, "tag"); return nil }
		if code := p.Report(p.Run(t.Context(), cmd)); code != ExitOK || got != want {
			t.Errorf("%s: exit code %d, given %t", args, code, got)
		}
	}
}
