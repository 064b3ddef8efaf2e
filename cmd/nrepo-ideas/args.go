package main

import (
	"context"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// maxStdin limits what is read from stdin: enough for a hundred thousand ideas.
const maxStdin = 1 << 20

// ideaArgs parses the ideas in args. "-" means the ideas on stdin, separated by white
// space. An idea that is given twice is returned once.
func ideaArgs(ctx context.Context, env *plugin.Env, words []string) ([]neuralrepo.Ref, error) {
	var refs []neuralrepo.Ref
	for _, word := range words {
		list := []string{word}
		if word == "-" {
			text, err := env.ReadInput(ctx, "-", maxStdin)
			if err != nil {
				return nil, err
			}
			list = strings.Fields(string(text))
		}
		for _, text := range list {
			ref, err := neuralrepo.ParseRef(text)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	if len(refs) == 0 && len(words) > 0 {
		return nil, plugin.Usagef("stdin contains no ideas")
	}
	return refs, nil
}

// oneIdea parses the only argument.
func oneIdea(args []string, example string) (neuralrepo.Ref, error) {
	if len(args) != 1 {
		return neuralrepo.Ref{}, plugin.Usagef("needs one idea, as in `%s`", example)
	}
	return neuralrepo.ParseRef(args[0])
}

// twoIdeas parses two arguments, which must be different ideas.
func twoIdeas(args []string, example string) (a, b neuralrepo.Ref, err error) {
	if len(args) != 2 {
		return a, b, plugin.Usagef("needs two ideas, as in `%s`", example)
	}
	if a, err = neuralrepo.ParseRef(args[0]); err == nil {
		b, err = neuralrepo.ParseRef(args[1])
	}
	if err == nil && a == b {
		err = plugin.Usagef("%s is given twice; needs two different ideas", a)
	}
	return a, b, err
}

// commaList splits the value of a flag such as --ids 1,2.
func commaList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// checkStatus returns an error for an unknown status.
func checkStatus(status string) error {
	if !slices.Contains(neuralrepo.Statuses(), status) {
		return plugin.Usagef("the status must be one of %s", strings.Join(neuralrepo.Statuses(), ", "))
	}
	return nil
}

// checkType returns an error for an unknown type of relation.
func checkType(relation string) error {
	types := append(neuralrepo.RelationTypes(), "duplicate")
	if !slices.Contains(types, relation) {
		return plugin.Usagef("the type must be one of %s", strings.Join(types, ", "))
	}
	return nil
}
