package plugin

import (
	"context"
	"flag"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// Word is the word of a command line that is being completed.
type Word struct {
	// Prefix is the part of the word that has been typed. For --flag=value, it is
	// only the value.
	Prefix string
	// Command is the subcommand that the word belongs to, such as "create". "" is
	// the command itself.
	Command string
	// Flag is the flag whose value is completed, without dashes. "" for an
	// argument.
	Flag string
	// Args are the arguments before the word, without flags and subcommands.
	Args []string
}

// Candidate is a possible completion of a [Word].
type Candidate struct {
	Text string // the whole word; ignored unless it starts with Prefix
	Help string // a description in one line, or ""
}

// completeEntry is the argument for completion: the dispatcher runs nrepo-foo
// __complete words…. The last word is being typed and may be empty. The output is
// one candidate per line, optionally with a tab and a description.
const completeEntry = "__complete"

// completeTime is the time limit for a hook. The limit of the dispatcher is one
// second.
const completeTime = 800 * time.Millisecond

// filesLine is the line of output that makes the shell complete file names.
const filesLine = "\tfiles\n"

// complete prints completions for the dispatcher. It ignores errors, because its
// output goes into the command line.
func (e *Env) complete(ctx context.Context, cmd *ffcli.Command) error {
	e.prepare(cmd)
	e.completing = true // nrepo kills a program that takes too long
	e.Stdin, e.Stderr = strings.NewReader(""), io.Discard
	words := e.Args[1:]
	if len(words) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completeTime)
	defer cancel()
	before, typed := words[:len(words)-1], words[len(words)-1]
	selected, w, flagsEnded := place(cmd, before)
	lead := ""
	var found []Candidate
	switch name, value, hasValue := strings.Cut(strings.TrimLeft(typed, "-"), "="); {
	case w.Flag != "" || flagsEnded || !strings.HasPrefix(typed, "-"):
		w.Prefix = typed
	case hasValue && selected.FlagSet.Lookup(name) != nil:
		w.Flag, w.Prefix, lead = name, value, strings.TrimSuffix(typed, value)
	default:
		for _, row := range flagRows(selected.FlagSet) {
			flag, _, _ := strings.Cut(row[0], " ")
			found = append(found, Candidate{flag, row[1]})
		}
		w.Prefix = typed
		return e.offer(found, "", w.Prefix, false)
	}
	if w.Flag == "" && len(w.Args) == 0 && !flagsEnded {
		for _, sub := range selected.Subcommands {
			found = append(found, Candidate{sub.Name, summary(sub)})
		}
	}
	if e.Complete != nil && selected.Exec != nil {
		found = append(found, e.Complete(ctx, w)...)
	}
	return e.offer(found, lead, w.Prefix, takesFile(selected, w.Flag))
}

// takesFile reports whether the word may be the name of a file: the help of the
// flag, or the usage of the command, says so.
func takesFile(cmd *ffcli.Command, name string) bool {
	text := cmd.ShortUsage
	if f := cmd.FlagSet.Lookup(name); f != nil {
		text, _ = flag.UnquoteUsage(f)
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc([]string{"file", "dir", "directory", "command"}, func(file string) bool { return slices.Contains(words, file) })
}

// place reads the words before the one being typed. It returns the selected
// command, what is known about the next word, and whether there was a "--".
func place(cmd *ffcli.Command, before []string) (selected *ffcli.Command, w Word, flagsEnded bool) {
	selected = cmd
	for _, word := range before {
		switch {
		case w.Flag != "":
			w.Flag = "" // this is its value
		case flagsEnded:
			w.Args = append(w.Args, word)
		case word == "--":
			flagsEnded = true
		case len(word) > 1 && word[0] == '-':
			name, _, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
			if f := selected.FlagSet.Lookup(name); f != nil && !hasValue && !isBool(f) {
				w.Flag = name
			}
		case len(w.Args) == 0 && subcommand(selected, word) != nil:
			selected = subcommand(selected, word)
			w.Command = strings.TrimSpace(w.Command + " " + word)
		default:
			w.Args = append(w.Args, word)
		}
	}
	return selected, w, flagsEnded
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// offer prints lead and each candidate that starts with prefix, and whether to
// complete file names.
func (e *Env) offer(found []Candidate, lead, prefix string, files bool) error {
	var b strings.Builder
	for _, c := range found {
		if c.Text == "" || !strings.HasPrefix(c.Text, prefix) || strings.ContainsAny(c.Text, "\t\r\n") {
			continue
		}
		b.WriteString(lead + c.Text)
		if help := strings.Join(strings.Fields(c.Help), " "); help != "" {
			b.WriteString("\t" + help)
		}
		b.WriteByte('\n')
	}
	if files {
		b.WriteString(filesLine)
	}
	_, err := io.WriteString(e.Stdout, b.String())
	return err
}
