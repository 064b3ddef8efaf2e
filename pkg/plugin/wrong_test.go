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
	const usage, dashes = "run `nrepo demo --help` for its usage", "put -- before an argument that begins with a dash"
	for arg, want := range map[string][2]string{ // text and hint
		"--tags":                       {"unknown flag --tags", "did you mean --tag?"},
		"--tags=a":                     {"unknown flag --tags", "did you mean --tag?"},
		"-tags":                        {"unknown flag --tags", "did you mean --tag?"},
		"--TAG":                        {"unknown flag --TAG", "did you mean --tag?"},
		"--apikey":                     {"unknown flag --apikey", "did you mean --api-key?"},
		"--api_key":                    {"unknown flag --api_key", "did you mean --api-key?"},
		"--stauts=x":                   {"unknown flag --stauts", "did you mean --status?"},
		"--pagin":                      {"unknown flag --pagin", "did you mean --paginate?"},
		"--titel":                      {"unknown flag --titel", usage},
		"--verson":                     {"unknown flag --verson", "did you mean --version?"},
		"-x":                           {"unknown flag -x", usage},
		"-5":                           {`unknown flag "-5"`, dashes},
		"-5 degrees":                   {`unknown flag "-5 degrees"`, dashes},
		"- a list":                     {`unknown flag "- a list"`, dashes},
		"--s3cr3t":                     {"unknown flag", dashes},
		"--s3cr3t=x":                   {"unknown flag", dashes},
		"-pa55word and more":           {"unknown flag", dashes},
		"--=x":                         {"unknown flag", dashes},
		"--" + strings.Repeat("a", 25): {"unknown flag", usage},

		"ls":     {`unknown subcommand "ls"; use one of: list, create, revoke`, "did you mean `nrepo demo list`?"},
		"rm":     {`unknown subcommand "rm"; use one of: list, create, revoke`, "did you mean `nrepo demo revoke`?"},
		"Delete": {`unknown subcommand "Delete"; use one of: list, create, revoke`, "did you mean `nrepo demo revoke`?"},
		"creat":  {`unknown subcommand "creat"; use one of: list, create, revoke`, "did you mean `nrepo demo create`?"},
		"rev":    {`unknown subcommand "rev"; use one of: list, create, revoke`, "did you mean `nrepo demo revoke`?"},
		"rotate": {`unknown subcommand "rotate"; use one of: list, create, revoke`, usage},
		"x":      {`unknown subcommand "x"; use one of: list, create, revoke`, usage},
		"s3cr3t": {"unknown subcommand; use one of: list, create, revoke", usage},
	} {
		p := newProcess(t, nil, arg)
		err := p.Run(t.Context(), keys())
		if e := output.AsError(err); ExitCode(err) != ExitUsage || e.Error() != want[0] || e.Hint != want[1] {
			t.Errorf("%s: %v, hint %q; want %q", arg, err, e.Hint, want)
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
