package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/atomicfile"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/export"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// exportOptions are the flags of export.
type exportOptions struct {
	selection                      selection
	to, format                     string
	links, prune, force, safe, bom bool
	progress                       bool
}

func exportCommand(ctx context.Context, env *plugin.Env) error {
	opts := exportOptions{selection: selection{sort: "created"}}
	now := time.Now()
	fs := flag.NewFlagSet("export", flag.ContinueOnError)
	fs.StringVar(&opts.to, "to", "-", "the `FILE` or directory to write; - is stdout")
	fs.StringVar(&opts.format, "format", "", "write as `FORMAT`: jsonl, md or csv; by default from the name of the file")
	fs.BoolVar(&opts.links, "links", false, "export links too; takes one request per idea")
	fs.BoolVar(&opts.prune, "prune", false, "remove Markdown files of ideas that no longer exist")
	fs.BoolVar(&opts.force, "force", false, "overwrite Markdown files that changed since the last export")
	fs.BoolVar(&opts.progress, "progress", false, "print progress every ten seconds when there is no terminal")
	fs.BoolVar(&opts.safe, "safe", false, "escape CSV cells that a spreadsheet would run as formulas")
	fs.BoolVar(&opts.bom, "bom", false, "start CSV with a byte order mark, for Excel")
	fs.StringVar(&opts.selection.filter.Status, "status", "", "only ideas with this `STATUS`")
	fs.StringVar(&opts.selection.filter.Tag, "tag", "", "only ideas with this `TAG`")
	fs.Func("since", "only ideas captured on `DATE` or later", dateFlag(&opts.selection.since, now))
	env.Complete = completeIdeas(env, nil)
	return env.Run(ctx, &ffcli.Command{
		Name:       "export",
		ShortUsage: "nrepo export [--to FILE|DIR|-] [flags]",
		ShortHelp:  "@(#)nrepo:summary.export=Write ideas to a file or a directory" + plugin.CompleteMarker,
		LongHelp: `
jsonl is one JSON object per line, as the service sends it, with the relations
of the idea. md is a directory with one file per idea; the same ideas always
give the same bytes, so it is easy to keep in git. csv is a table. A file
appears only when it is complete.

Examples:
  nrepo export --to ideas.jsonl
  nrepo export --to notes --format md
  nrepo export --format csv --safe --bom > ideas.csv` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("takes no arguments; name the file with --to")
			}
			if err := opts.check(); err != nil {
				return err
			}
			return runExport(ctx, env, opts)
		},
	})
}

// check sets the format and returns an error for options that cannot be used together.
func (o *exportOptions) check() error {
	if o.selection.filter.Status != "" {
		if err := checkStatus(o.selection.filter.Status); err != nil {
			return err
		}
	}
	if o.format == "" {
		o.format = map[string]string{".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".md": "md"}[strings.ToLower(filepath.Ext(o.to))]
		if info, err := os.Stat(o.to); err == nil && info.IsDir() || strings.HasSuffix(o.to, "/") {
			o.format = "md"
		}
		if o.format == "" && o.to == "-" {
			o.format = "jsonl"
		}
	}
	switch {
	case o.format == "":
		return plugin.Usagef("cannot tell the format from the name: use --format jsonl, md or csv")
	case !slices.Contains([]string{"jsonl", "md", "csv"}, o.format):
		return plugin.Usagef("the format must be jsonl, md or csv")
	case o.format == "md" && o.to == "-":
		return plugin.Usagef("Markdown needs a directory, as in `nrepo export --to notes --format md`")
	case o.format != "md" && (o.prune || o.force):
		return plugin.Usagef("--prune and --force are for --format md")
	case o.format != "csv" && (o.safe || o.bom):
		return plugin.Usagef("--safe and --bom are for --format csv")
	case o.format != "jsonl" && o.links:
		return plugin.Usagef("--links is for --format jsonl")
	}
	return nil
}

// exported is the result of an export.
type exported struct {
	Exported int      `json:"exported"`
	File     string   `json:"file"`
	Gone     []string `json:"gone,omitempty"` // Markdown files of ideas that no longer exist
}

func runExport(ctx context.Context, env *plugin.Env, opts exportOptions) error {
	limitMemory()
	client, err := connect(env)
	if err != nil {
		return err
	}
	defer client.CacheLater()()
	if opts.to != "-" {
		unlock, err := lockTarget(env, opts.to)
		if err != nil {
			return err
		}
		defer unlock()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, stop := iter.Pull2(opts.selection.ideas(ctx, client, 0))
	defer stop()
	source, err := opts.begin(ctx, cancel, client, next)
	if err != nil {
		return err
	}
	if opts.links {
		if err := tellBudget(ctx, env, client, source.total); err != nil {
			return err
		}
	}
	w, finish, err := opts.open(env, client)
	if err != nil {
		return fileError(err)
	}
	n, err := opts.write(ctx, env, client, w, source)
	if closed := w.Close(err == nil); err == nil {
		err = fileError(closed)
	}
	if finished := finish(err == nil); err == nil {
		err = fileError(finished)
	}
	if err != nil || opts.to == "-" {
		return err
	}
	result := exported{Exported: n, File: opts.to}
	if d, ok := w.(*export.Directory); ok {
		result.Gone = d.Gone
	}
	return env.Print(result, exportText(result, opts.prune))
}

func exportText(result exported, pruned bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Exported %s to %s\n", count(result.Exported, "idea"), output.SafeLine(result.File))
	verb := "its idea no longer exists; --prune removes the file"
	if pruned {
		verb = "removed"
	}
	for _, name := range result.Gone {
		fmt.Fprintf(&b, "%s: %s\n", output.SafeLine(name), verb)
	}
	return b.String()
}

// open starts writing to a file, a directory or stdout. finish puts a file in place.
func (o exportOptions) open(env *plugin.Env, client *neuralrepo.Client) (w export.Writer, finish func(whole bool) error, err error) {
	finish = func(bool) error { return nil }
	if o.format == "md" {
		cred := client.Credential()
		d, err := export.OpenDirectory(o.to, export.DirectoryOptions{
			APIURL: cred.APIURL, UserID: cred.UserID, Narrowed: o.narrowed(), Prune: o.prune, Force: o.force,
		})
		if _, ok := errors.AsType[*export.ChangedError](err); ok {
			return nil, nil, &output.Error{Err: err, Hint: fmt.Sprintf("send them with `%s`, or replace them with --force", command(client, "import --update "+output.ShellWord(o.to)))}
		}
		return d, finish, err
	}
	out := env.Stdout
	if info, err := os.Stat(o.to); o.to != "-" && (err != nil || info.Mode().IsRegular()) {
		dir, name := filepath.Split(o.to)
		err := atomicfile.RemoveTemporary(cmp.Or(dir, "."), func(of string) bool { return of == name })
		if err != nil {
			return nil, nil, err
		}
		f, err := atomicfile.Create(o.to)
		if err != nil {
			return nil, nil, err
		}
		out, finish = f, f.Close
	} else if o.to != "-" { // a pipe or a device cannot be renamed
		f, err := os.OpenFile(o.to, os.O_WRONLY, 0)
		if err != nil {
			return nil, nil, err
		}
		out, finish = f, func(bool) error { return f.Close() }
	}
	buffered := bufio.NewWriterSize(out, 64<<10)
	last := finish
	finish = func(whole bool) error {
		if err := buffered.Flush(); err != nil {
			last(false)
			return err
		}
		return last(whole)
	}
	if o.format == "csv" {
		c, err := export.NewCSV(buffered, export.CSVOptions{Safe: o.safe, BOM: o.bom, Terminal: plugin.IsTerminal(out)})
		return c, finish, err
	}
	return export.JSONLines{W: buffered}, finish, nil
}

func (o exportOptions) narrowed() bool {
	return o.selection.filter != (neuralrepo.IdeaFilter{}) || !o.selection.since.IsZero()
}

// source is what an export reads.
type source struct {
	ideas     iter.Seq2[neuralrepo.Idea, error]
	relations relations
	total     int // ideas on the map; 0 if the map was not read
}

// ahead is the size of the ideas that are read before the map has arrived.
const ahead = 256 << 10 // bytes

// begin requests the map and the first ideas at the same time. Nothing is written before
// the map has arrived; a failure of one cancels the other. CSV has no relations and needs no map.
func (o exportOptions) begin(ctx context.Context, cancel func(), client *neuralrepo.Client, next func() (neuralrepo.Idea, error, bool)) (source, error) {
	var s source
	var once sync.Once
	var failed error // the first failure
	fail := func(err error) {
		if err != nil {
			once.Do(func() { failed = err; cancel() })
		}
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		if o.format != "csv" {
			var err error
			s.relations, s.total, err = relationsOf(ctx, client)
			fail(err)
		}
	}()
	isRead := func() bool {
		select {
		case <-read:
			return true
		default:
			return false
		}
	}
	var first []neuralrepo.Idea
	idea, err, ok := next()
	for size := 0; ok && err == nil && size < ahead && !isRead(); idea, err, ok = next() {
		first = append(first, idea)
		size += len(idea.Raw)
	}
	fail(err)
	<-read
	s.ideas = func(yield func(neuralrepo.Idea, error) bool) {
		for _, idea := range first {
			if !yield(idea, nil) {
				return
			}
		}
		first = nil
		for ok && yield(idea, err) {
			idea, err, ok = next()
		}
	}
	return s, failed
}

// write writes the ideas and returns how many there are.
func (o exportOptions) write(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, w export.Writer, from source) (n int, err error) {
	total := from.total
	if o.narrowed() {
		total = 0 // the map has no dates and cannot count these
	}
	bar := env.Bar(progress.Options{What: "exporting", Total: total, Lines: o.progress})
	defer bar.Done()
	for idea, err := range from.ideas {
		if err != nil {
			return n, err
		}
		item := export.Item{Idea: idea, Relations: from.relations.of(idea.ID)}
		if o.links {
			full, err := client.Idea(ctx, idea.ID)
			if err != nil {
				return n, err
			}
			item.Links = append([]neuralrepo.Link{}, full.Links...)
		}
		if err := w.Write(item); err != nil {
			return n, fileError(err)
		}
		n++
		bar.Add(1)
	}
	return n, nil
}

// relations finds the relations of an idea, and needs little memory.
type relations struct {
	m     *neuralrepo.Map
	seed  maphash.Seed
	first map[uint64]int32 // by the hash of an id: its last index in next, plus 1
	next  []int32          // for each end of an edge: the index before it, plus 1; 0 for none
}

// relationsOf returns all relations, and how many ideas there are.
func relationsOf(ctx context.Context, client *neuralrepo.Client) (relations, int, error) {
	m, nodes, err := client.MapEdges(ctx)
	if err != nil {
		return relations{}, 0, err
	}
	_, edges := m.Len()
	r := relations{m, maphash.MakeSeed(), map[uint64]int32{}, make([]int32, 0, 2*edges)}
	add := func(id neuralrepo.ID) {
		key := maphash.String(r.seed, string(id))
		r.next = append(r.next, r.first[key])
		r.first[key] = int32(len(r.next))
	}
	for e := range m.Edges() {
		add(e.SourceID)
		if e.TargetID == e.SourceID {
			r.next = append(r.next, 0)
			continue
		}
		add(e.TargetID)
	}
	return r, nodes, nil
}

// of returns the relations of an idea, in the order of the map.
func (r relations) of(id neuralrepo.ID) []neuralrepo.MapEdge {
	var list []neuralrepo.MapEdge
	if len(r.first) == 0 {
		return nil
	}
	for place := r.first[maphash.String(r.seed, string(id))]; place > 0; place = r.next[place-1] {
		if e := r.m.Edge(int(place-1) / 2); e.SourceID == id || e.TargetID == id {
			list = append(list, e)
		}
	}
	slices.Reverse(list)
	return list
}
