package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/atomicfile"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/ideafile"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func pullCommand(ctx context.Context, env *plugin.Env) error {
	var force, dryRun bool
	fs := flag.NewFlagSet("pull", flag.ContinueOnError)
	var to string
	fs.StringVar(&to, "to", "", "write the files to `DIR`, creating it if necessary")
	fs.BoolVar(&force, "force", false, "overwrite files that you changed or that pull did not write")
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, oneArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "pull",
		ShortUsage: "nrepo pull IDEA [flags]",
		ShortHelp:  "@(#)nrepo:summary.pull=Write an idea and its relations to files" + plugin.CompleteMarker,
		LongHelp: `
With --to, pull writes IDEA.md (title and body), CONTEXT.md (dates and links),
RELATED.md (relations) and .neuralrepo (which idea this is). Without --to, it
prints IDEA.md.

Examples:
  nrepo pull 12 --to wind-turbines
  nrepo pull 12 > idea.md` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			r, err := oneIdea(args, "nrepo pull 12 --to wind-turbines")
			if err != nil {
				return err
			}
			if to == "-" {
				return plugin.Usagef("--to needs a directory; without --to, pull prints to stdout")
			}
			return runPull(ctx, env, r, to, force, dryRun)
		},
	})
}

// originFile has the same name as in the npm package.
const originFile = ".neuralrepo"

// origin records where pulled files come from.
type origin struct {
	IdeaID   json.RawMessage   `json:"idea_id"`
	Number   neuralrepo.ID     `json:"number,omitempty"`
	APIURL   string            `json:"api_url"`
	PulledAt time.Time         `json:"pulled_at"`
	Files    map[string]string `json:"files"` // SHA-256 of each file when it was written, in hexadecimal
}

func runPull(ctx context.Context, env *plugin.Env, r neuralrepo.Ref, to string, force, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	idea, err := client.IdeaByRef(ctx, r)
	if err != nil {
		return err
	}
	if to == "" {
		return env.Print(idea, output.SafeText(string(ideaFile(idea))))
	}
	if err := describe(ctx, client, &idea); err != nil {
		return err
	}
	files := map[string][]byte{"IDEA.md": ideaFile(idea), "CONTEXT.md": contextFile(idea), "RELATED.md": relatedFile(idea)}
	if !force {
		if err := checkTarget(to, idea, files); err != nil {
			return err
		}
	}
	what := changeWith(idea, "to "+to)
	if dryRun {
		return rehearse(env, verb{"Pulled", "Would pull"}, what)
	}
	o := origin{json.RawMessage(jsonID(idea.ID)), idea.Number, client.Credential().APIURL, time.Now().UTC().Truncate(time.Second), map[string]string{}}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fileError(err)
	}
	for _, name := range []string{"IDEA.md", "CONTEXT.md", "RELATED.md"} {
		o.Files[name] = sum(files[name])
		if err := atomicfile.Write(filepath.Join(to, name), files[name]); err != nil {
			return fileError(err)
		}
	}
	doc, err := json.MarshalIndent(o, "", "  ")
	if err == nil {
		err = atomicfile.Write(filepath.Join(to, originFile), append(doc, '\n'))
	}
	if err != nil {
		return fileError(err)
	}
	return env.Print(idea, what.line("Pulled"))
}

// checkTarget returns an error if a file is not from an earlier pull of the same idea,
// or was changed since.
func checkTarget(dir string, idea neuralrepo.Idea, files map[string][]byte) error {
	var o origin
	doc, err := os.ReadFile(filepath.Join(dir, originFile))
	if err == nil {
		if json.Unmarshal(doc, &o) != nil {
			return refuse(filepath.Join(dir, originFile), "was not written by pull")
		}
		if strings.Trim(string(o.IdeaID), `"`) != string(idea.ID) {
			return refuse(dir, "contains the files of another idea, id:"+strings.Trim(string(o.IdeaID), `"`))
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fileError(err)
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		present, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && bytes.Equal(present, content):
		case err != nil:
			return fileError(err)
		case o.Files[name] == "":
			return refuse(path, "was not written by pull")
		case o.Files[name] != sum(present):
			return refuse(path, "was changed since it was pulled")
		}
	}
	return nil
}

func refuse(path, why string) error {
	return &output.Error{Err: fmt.Errorf("%s %s", path, why), Hint: "choose another directory, or use --force to overwrite it"}
}

// ideaFile returns the file that export writes for the idea, without relations.
func ideaFile(idea neuralrepo.Idea) []byte {
	return ideafile.Render(ideafile.Idea{
		Number: string(idea.Number), ID: string(idea.ID), Title: idea.Title, Status: idea.Status, Tags: idea.Tags, Source: idea.Source,
		SourceURL: idea.SourceURL, Parent: string(idea.ParentID), CreatedAt: rfc3339(idea.CreatedAt), UpdatedAt: rfc3339(idea.UpdatedAt), Body: idea.Body,
	})
}

func rfc3339(at neuralrepo.Time) string {
	if at.Time.IsZero() {
		return ""
	}
	return at.Time.UTC().Format(time.RFC3339)
}

func contextFile(idea neuralrepo.Idea) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n", ref(idea.Number, idea.ID), idea.Title)
	fmt.Fprintf(&b, "- Status: %s\n- Tags: %s\n- Source: %s\n- Created: %s\n- Updated: %s\n", idea.Status, strings.Join(idea.Tags, ", "),
		idea.Source, rfc3339(idea.CreatedAt), rfc3339(idea.UpdatedAt))
	if idea.SourceURL != "" {
		fmt.Fprintf(&b, "- URL: %s\n", idea.SourceURL)
	}
	b.WriteString("\n## Links\n\n")
	for _, l := range idea.Links {
		fmt.Fprintf(&b, "- %s\n", strings.TrimSpace(l.URL+" "+l.Title))
	}
	if len(idea.Links) == 0 {
		b.WriteString("None.\n")
	}
	return []byte(b.String())
}

func relatedFile(idea neuralrepo.Idea) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Ideas related to %s %s\n\n", ref(idea.Number, idea.ID), idea.Title)
	b.WriteString(strings.ReplaceAll(relationLines(idea.ID, idea.Relations, 0, false), "\n  ", "\n- "))
	if len(idea.Relations) == 0 {
		b.WriteString("None.\n")
	}
	return []byte(strings.Replace(b.String(), "\n\n  ", "\n\n- ", 1))
}
