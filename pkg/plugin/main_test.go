package plugin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/peterbourgon/ff/v3"
	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/teststart"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// TestMain runs a command if a test started this process for that.
func TestMain(m *testing.M) {
	switch os.Getenv("NREPO_TEST_HELPER") {
	case "":
	case "program":
		os.Exit(zoo.Main())
	case "terminal":
		os.Exit(Main("helper", onTerminal))
	default:
		os.Exit(Main("helper", helper))
	}
	os.Exit(teststart.Run(m))
}

func helper(ctx context.Context, env *Env) error {
	fs := flag.NewFlagSet("helper", flag.ContinueOnError)
	size := fs.Int("size", 0, "a `NUMBER`")
	return env.Run(ctx, &ffcli.Command{
		Name:    "helper",
		FlagSet: fs,
		Options: []ff.Option{ff.WithEnvVarPrefix("NREPO_TEST_HELPER")},
		Exec: func(ctx context.Context, args []string) error {
			if os.Getenv("NREPO_TEST_HELPER") != "uncaught" {
				var stop func()
				ctx, stop = env.NotifyContext(ctx)
				defer stop()
			}
			switch args[0] {
			case "size":
				return env.Print(*size, "")
			case "wait":
				io.WriteString(env.Stdout, "ready\n")
				<-ctx.Done()
				return ctx.Err()
			case "read":
				io.WriteString(env.Stdout, "ready\n")
				_, err := io.Copy(io.Discard, env.Stdin)
				return err
			case "renew":
				store := env.Auth()
				used, err := store.Credential()
				if err != nil {
					return err
				}
				_, err = store.Renew(ctx, used, slowServer{env})
				return err
			case "finish":
				io.WriteString(env.Stdout, "ready\n")
				<-ctx.Done()
				io.WriteString(env.Stdout, "finished\n")
				return nil
			case "stubborn":
				io.WriteString(env.Stdout, "ready\n")
				<-ctx.Done()
				io.WriteString(env.Stdout, "signalled\n")
				select {}
			case "endless":
				for {
					if err := env.Print("y", "y\n"); err != nil {
						return err
					}
				}
			}
			return errors.New("no such test")
		},
	})
}

// slowServer renews a session when stdin ends.
type slowServer struct{ env *Env }

func (s slowServer) Refresh(context.Context, authcfg.Config) (authcfg.Session, error) {
	io.WriteString(s.env.Stdout, "ready\n")
	_, err := io.Copy(io.Discard, s.env.Stdin)
	return authcfg.Session{AccessToken: "new", RefreshToken: "newer"}, err
}

func (s slowServer) End(context.Context, authcfg.Config) error { return nil }

// onTerminal is a command for the tests with a terminal.
func onTerminal(ctx context.Context, env *Env) error {
	return env.Run(ctx, &ffcli.Command{Name: "helper", Exec: func(ctx context.Context, args []string) error {
		if os.Getenv("NOTIFY") != "" {
			var stop func()
			ctx, stop = env.NotifyContext(ctx)
			defer stop()
		}
		switch args[0] {
		case "confirm":
			if err := env.Confirm(ctx, "Remove\x1b it?"); err != nil {
				return err
			}
		case "edit":
			if err := env.Edit(ctx, args[1]); err != nil {
				return err
			}
		case "page":
			defer env.Page(ctx)()
			env.Warn(fmt.Sprintf("width %d color %t", env.Width(), env.Color()))
			for _, row := range args[1:] {
				if _, err := io.WriteString(env.Stdout, row+"\n"); err != nil {
					return err
				}
			}
			return nil
		case "bar":
			bar := env.Bar(progress.Options{What: "counting", Total: 4})
			bar.Add(1)
			io.Copy(io.Discard, env.Stdin)
			env.Warn("careful")
			env.Progress("noted")
			bar.Done()
			env.Progress("over")
		case "endless":
			defer env.Page(ctx)()
			for {
				if _, err := io.WriteString(env.Stdout, "row\n"); err != nil {
					return err
				}
			}
		}
		_, err := io.WriteString(env.Stdout, "done\n")
		return err
	}})
}
