package plugin

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// Program is a program with several commands. It is installed once, with a link
// for each command: when it is started as nrepo-search, it runs the command "nrepo
// search". Under its own name, its first argument is the command, so "nrepo ideas
// search" does the same. Without an argument, it lists its commands.
//
// The program can create the links itself. "nrepo-ideas --install [NAME…]" puts a
// relative symbolic link nrepo-NAME beside the program for each command, or for
// those named; on Windows a hard link, or a copy if the file system does not
// support links. "--uninstall [NAME…]" removes them. Other files with these names
// are left alone; then the exit code is 1, after all other links are done.
type Program struct {
	// Name is the name of the program without "nrepo-", such as "ideas". It must
	// differ from the names of Commands.
	Name string
	// ShortHelp is a one-line description of the program, with its markers, as for
	// a command.
	ShortHelp string
	// Commands are the commands, in the order for lists.
	Commands []Command
}

// Command is one command of a [Program].
type Command struct {
	// Name is what the user types after nrepo, such as "search".
	Name string
	// Run is the command, as for [Main]. It must call [Env.Run] before it does
	// anything else, so that the program can find its summary.
	Run func(ctx context.Context, env *Env) error
}

// Main runs the command and returns its exit code, for os.Exit.
func (p Program) Main() int {
	args := os.Args[1:]
	if c := p.command(startedAs(os.Args[0])); c != nil {
		return runProcess("nrepo "+c.Name, args, c.Run)
	}
	return runProcess("nrepo "+p.Name, args, p.run)
}

// startedAs returns the name of a command from argument 0: "search" for
// /usr/bin/nrepo-search.
func startedAs(argv0 string) string {
	name := filepath.Base(argv0)
	if runtime.GOOS == "windows" {
		name = strings.TrimSuffix(strings.ToLower(name), ".exe")
	}
	return strings.TrimPrefix(name, "nrepo-")
}

func (p Program) command(name string) *Command {
	for i := range p.Commands {
		if p.Commands[i].Name == name {
			return &p.Commands[i]
		}
	}
	return nil
}

// run runs the program under its own name.
func (p Program) run(ctx context.Context, env *Env) error {
	words := env.Args
	completing := len(words) > 0 && words[0] == completeEntry
	if completing {
		words = words[1:]
	}
	n := 0
	for n < len(words) && isCommonFlag(words[n]) {
		n++
	}
	if typed := n == len(words)-1 && completing; n < len(words) && !typed {
		if c := p.command(words[n]); c != nil {
			env.Name += " " + c.Name
			env.Args = slices.Concat(env.Args[:len(env.Args)-len(words)], words[:n], words[n+1:])
			return c.Run(ctx, env)
		}
	}
	cmd, err := p.menu(ctx, env)
	if err != nil {
		return err
	}
	return env.Run(ctx, cmd)
}

// isCommonFlag reports whether arg is a flag that every command has.
func isCommonFlag(arg string) bool {
	return strings.HasPrefix(arg, "-") && slices.Contains(commonNames, strings.TrimLeft(arg, "-"))
}

// listedCommand is a command in the JSON list.
type listedCommand struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

// menu lists the commands, if none is named.
func (p Program) menu(ctx context.Context, env *Env) (*ffcli.Command, error) {
	fs := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	install := fs.Bool("install", false, "create the links nrepo-NAME next to this program")
	uninstall := fs.Bool("uninstall", false, "remove these links")
	menu := &ffcli.Command{
		Name:       p.Name,
		ShortUsage: env.Name + " <command> [<argument>...]\n" + env.Name + " --install [NAME...]\n" + env.Name + " --uninstall [NAME...]",
		ShortHelp:  p.ShortHelp,
		FlagSet:    fs,
	}
	link := func(names []string) error {
		if *install && *uninstall {
			return Usagef("--install and --uninstall cannot be used together")
		}
		for _, name := range names {
			if p.command(name) == nil {
				return env.noSubcommand([]*ffcli.Command{menu}, []string{name})
			}
		}
		return p.link(env, names, *uninstall)
	}
	var listed []listedCommand
	menu.Exec = func(_ context.Context, args []string) error {
		switch {
		case *install || *uninstall:
			return link(args)
		case len(args) > 0:
			return env.noSubcommand([]*ffcli.Command{menu}, args)
		}
		return env.Print(map[string]any{"commands": listed}, env.help(menu))
	}
	for _, c := range p.Commands {
		sub := &ffcli.Command{
			Name: c.Name,
			Exec: func(_ context.Context, args []string) error { // reached only after --install or --uninstall
				return link(append([]string{c.Name}, args...))
			},
		}
		asked := Env{Name: env.Name + " " + c.Name, Getenv: env.Getenv, summary: &sub.ShortHelp}
		if err := c.Run(ctx, &asked); err != nil {
			return nil, err
		}
		menu.Subcommands = append(menu.Subcommands, sub)
		listed = append(listed, listedCommand{c.Name, summary(sub)})
	}
	return menu, nil
}
