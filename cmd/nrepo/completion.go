package main

import (
	_ "embed"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

const completionHelp = `usage: nrepo completion bash | zsh | fish

Print a script that makes a shell complete nrepo's commands, and the arguments
of those commands that opt in.

examples:
  source <(nrepo completion bash)                                in ~/.bashrc
  source <(nrepo completion zsh)                                 in ~/.zshrc
  nrepo completion fish > ~/.config/fish/completions/nrepo.fish  once
`

//go:embed completions/nrepo.bash
var bashScript string

//go:embed completions/nrepo.zsh
var zshScript string

//go:embed completions/nrepo.fish
var fishScript string

func doCompletion(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("completion needs a shell: bash, zsh or fish", "see nrepo completion --help")
	}
	switch o.args[0] {
	case "bash":
		return env.print(bashScript)
	case "zsh":
		return env.print(zshScript)
	case "fish":
		return env.print(fishScript)
	}
	return usageError("no completion for "+showArg(o.args[0]), "there is one for bash, zsh and fish")
}

// completeEntry is what the scripts call, with the words after nrepo up to the
// one being typed: nrepo __complete -- words…. No command can have this name.
// It prints a candidate a line, with a description behind a tab if there is
// one. Whatever goes wrong, it prints nothing and exits 0.
const completeEntry = "__complete"

// Bounds of what a command may answer, and in what time.
const (
	completeTime  = time.Second
	completeBytes = 1 << 20
	completeLines = 1000
)

func runComplete(env *environment, args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	for len(args) > 1 && (args[0] == "--json" || args[0] == "--human") {
		env.globals.json, env.globals.human = args[0] == "--json", args[0] == "--human"
		args = args[1:]
	}
	r, err := newResolver(env)
	if err != nil || len(args) == 0 {
		return nil
	}
	r.trace = nil // a trace would stand in the user's command line
	var candidates []string
	word := args[len(args)-1]
	if len(args) == 1 {
		if candidates = commandNames(r); strings.HasPrefix(word, "-") {
			candidates = []string{"--json", "--human", "--help", "--version"}
		}
	} else if b := findBuiltin(args[0]); b != nil {
		candidates = completeBuiltin(r, b, len(args) == 2, word)
	} else if validName(args[0]) {
		candidates = askCommand(env, r, args[0], args[1:])
	}
	return env.print(cleanCandidates(candidates, word))
}

// commandNames offers what can be run now.
func commandNames(r *resolver) []string {
	c := newCatalog(r, false)
	var names []string
	for _, group := range [][]entry{c.official, c.other, c.builtin} {
		for _, e := range group {
			if e.installed() {
				names = append(names, e.name+"\t"+e.summary)
			}
		}
	}
	return names
}

func completeBuiltin(r *resolver, b *builtin, first bool, word string) []string {
	switch {
	case strings.HasPrefix(word, "-"):
		flags := append(strings.Fields(b.flags), "--help")
		if b.knows("--json") {
			flags = append(flags, "--human")
		}
		return flags
	case b.name == "completion" && first:
		return []string{"bash", "zsh", "fish"}
	case b.name == "which", b.name == "help" && first:
		return commandNames(r)
	}
	return nil
}

// askCommand runs `nrepo-foo __complete words…` if the command opted in: by the
// marker, or because it is an official one next to nrepo. It gets no stdin, its
// stderr is dropped, and after a second it and all it started are killed.
func askCommand(env *environment, r *resolver, name string, words []string) []string {
	found, err := r.find(name)
	if err != nil || r.self.is(found.info) || r.isBatch(found.path) {
		return nil
	}
	if found.origin != originOfficial && !newInspector().file(found.path, wanted{complete: true}).complete {
		return nil
	}
	depth, err := env.nextDepth()
	if err != nil {
		return nil
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	defer null.Close()
	out, in, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer out.Close()
	argv := append([]string{found.path, completeEntry}, words...)
	p, err := startChild(found.path, argv, env.forCommand(r.self.path, name, depth), null, in)
	in.Close()
	if err != nil {
		return nil
	}
	out.SetReadDeadline(time.Now().Add(completeTime)) // a pipe held open by an escaped child
	limit := time.AfterFunc(completeTime, p.kill)
	text, readErr := io.ReadAll(io.LimitReader(out, completeBytes))
	whole := len(text) < completeBytes
	if !whole || readErr != nil {
		p.kill()
	}
	ok := p.wait()
	limit.Stop()
	if readErr != nil || whole && !ok {
		return nil
	}
	if !whole {
		text = text[:strings.LastIndexByte(string(text), '\n')+1]
	}
	return strings.Split(string(text), "\n")
}

// cleanCandidates keeps the candidates that continue a word and are harmless
// in a command line.
func cleanCandidates(candidates []string, word string) string {
	var b strings.Builder
	for i, line := range candidates {
		if i == completeLines {
			break
		}
		candidate, description, _ := strings.Cut(strings.TrimSuffix(line, "\r"), "\t")
		if candidate == "" || !strings.HasPrefix(candidate, word) ||
			!utf8.ValidString(candidate) || strings.ContainsFunc(candidate, termtext.Unsafe) {
			continue
		}
		b.WriteString(candidate)
		if description = cleanSummary(description); description != "" {
			b.WriteString("\t" + description)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
