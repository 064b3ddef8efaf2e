package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/graph"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// graphOptions are the flags of graph.
type graphOptions struct {
	depth   int
	types   []string
	format  string // tree, dot or mermaid
	blocked bool
	path    string
	noPager bool
}

func graphCommand(ctx context.Context, env *plugin.Env) error {
	opts := graphOptions{depth: 1, format: "tree"}
	var types string
	fs := flag.NewFlagSet("graph", flag.ContinueOnError)
	fs.Func("depth", "follow at most `N` relations from the idea, 0 for no limit (default 1)", wholeNumber(&opts.depth))
	fs.StringVar(&types, "type", "", "follow only relations of these types, as in `parent,blocks`")
	fs.StringVar(&opts.format, "format", opts.format, "draw as `FORMAT`: tree, dot (for Graphviz) or mermaid")
	fs.BoolVar(&opts.blocked, "blocked", false, "show the ideas that this one blocks, directly or through others")
	fs.StringVar(&opts.path, "path", "", "show how the idea is connected to `IDEA`")
	pagerFlag(fs, &opts.noPager)
	env.Complete = completeIdeas(env, oneArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "graph",
		ShortUsage: "nrepo graph IDEA [flags]",
		ShortHelp:  "@(#)nrepo:summary.graph=Draw the ideas around an idea" + plugin.CompleteMarker,
		LongHelp: `
An idea that appears more than once is drawn in full the first time, and then
marked "(above)". With --format, the output is a drawing even with --json.

Examples:
  nrepo graph 12
  nrepo graph 12 --depth 3 --type parent,blocks
  nrepo graph 12 --blocked
  nrepo graph 3 --path 12
  nrepo graph 12 --depth 0 --format dot | dot -Tsvg > ideas.svg` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			root, err := oneIdea(args, "nrepo graph 12")
			if err != nil {
				return err
			}
			opts.types = commaList(types)
			for _, t := range opts.types {
				if err := checkType(t); err != nil {
					return err
				}
			}
			switch {
			case !slices.Contains([]string{"tree", "dot", "mermaid"}, opts.format):
				return plugin.Usagef("the format must be tree, dot or mermaid")
			case opts.blocked && opts.path != "":
				return plugin.Usagef("--blocked and --path cannot be used together")
			}
			formatGiven := false
			fs.Visit(func(f *flag.Flag) { formatGiven = formatGiven || f.Name == "format" })
			return runGraph(ctx, env, root, opts, formatGiven)
		},
	})
}

func runGraph(ctx context.Context, env *plugin.Env, root neuralrepo.Ref, opts graphOptions, formatGiven bool) error {
	debug.SetMemoryLimit(40 << 20) // above it, garbage is collected more often; 100,000 ideas need 30 MB
	refs := []neuralrepo.Ref{root}
	if opts.path != "" {
		to, err := neuralrepo.ParseRef(opts.path)
		if err != nil {
			return err
		}
		refs = append(refs, to)
	}
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	ids, err := client.Resolve(ctx, refs...)
	if err != nil {
		return err
	}
	g, err := loadMap(ctx, client)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if !g.Has(string(id)) {
			return fmt.Errorf("%s is not on the map: it may be archived", refs[i])
		}
		g.SetNumber(string(id), string(refs[i].Number))
	}
	depth := opts.depth
	if depth == 0 {
		depth = math.MaxInt
	}
	var view graph.View
	switch {
	case opts.path != "":
		found := false
		if view, found = g.Path(string(ids[0]), string(ids[1]), opts.types); !found {
			return fmt.Errorf("no relations lead from %s to %s", refs[0], refs[1])
		}
	case opts.blocked:
		view = g.Waiting(string(ids[0]))
	default:
		view = g.Around(string(ids[0]), depth, opts.types)
	}
	if err := number(ctx, client, g, view); err != nil {
		return err
	}
	if format == output.JSON && !formatGiven {
		return writeGraphJSON(env.Stdout, ids[0], opts, view)
	}
	return paged(ctx, env, opts.noPager || opts.format != "tree", func() error { return draw(env, view, opts.format) })
}

func draw(env *plugin.Env, view graph.View, format string) error {
	label := func(n graph.Node) string {
		return output.SafeLine(ref(neuralrepo.ID(n.Number), neuralrepo.ID(n.ID)) + " " + shortTitle(n.Title))
	}
	switch format {
	case "dot":
		return view.Dot(env.Stdout, label)
	case "mermaid":
		return view.Mermaid(env.Stdout, label)
	}
	width, color := env.Width(), env.Color()
	return view.Tree(env.Stdout, !utf8Terminal(env), func(n graph.Node, taken int) string {
		text := output.SafeLine(ref(neuralrepo.ID(n.Number), neuralrepo.ID(n.ID))) + " "
		status := output.SafeLine(n.Status)
		text += fitTitle(n.Title, width, taken+displaywidth.String(text+status)+len(" ()"))
		if status != "" {
			text += " (" + paint(color, statusStyle(n.Status), status) + ")"
		}
		return text
	}, func(relation string) string { return paint(color, output.Dim, output.SafeLine(relation)) })
}

// utf8Terminal reports whether box characters can be shown, according to the locale
// variables (POSIX, Base Definitions, section 8.2). It is true if none is set, as in
// a container.
func utf8Terminal(env *plugin.Env) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(env.Getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}

type jsonNode struct {
	ID     neuralrepo.ID `json:"id"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Title  string        `json:"title"`
	Status string        `json:"status"`
	Tags   []string      `json:"tags"`
	Depth  int           `json:"depth"` // number of relations from the root
}

type jsonEdge struct {
	ID     neuralrepo.ID `json:"id"`
	Source neuralrepo.ID `json:"source"`
	Target neuralrepo.ID `json:"target"`
	Type   string        `json:"relation_type"`
	Note   string        `json:"note,omitempty"`
}

// writeGraphJSON writes nodes and edges one by one, so that a map of 100,000 ideas needs
// no memory for the whole document.
func writeGraphJSON(w io.Writer, root neuralrepo.ID, opts graphOptions, view graph.View) error {
	out := bufio.NewWriter(w)
	array, err := output.NewJSONArrayIn(out, struct {
		Root  neuralrepo.ID `json:"root"`
		Depth int           `json:"depth"`
		Types []string      `json:"types"`
	}{root, opts.depth, append([]string{}, opts.types...)}, "nodes")
	if err != nil {
		return err
	}
	for n, depth := range view.Nodes {
		if err := array.Append(jsonNode{neuralrepo.ID(n.ID), neuralrepo.ID(n.Number), n.Title, n.Status, append([]string{}, n.Tags...), depth}); err != nil {
			return err
		}
	}
	if err := array.Next("edges"); err != nil {
		return err
	}
	for e := range view.Edges {
		if err := array.Append(jsonEdge{neuralrepo.ID(e.ID), neuralrepo.ID(e.Source), neuralrepo.ID(e.Target), e.Type, e.Note}); err != nil {
			return err
		}
	}
	if err := array.Close(); err != nil {
		return err
	}
	return out.Flush()
}
