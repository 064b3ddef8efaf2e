package main

import (
	"context"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// Kinds of arguments that are completed from the cache.
const (
	kindIdea = "\x00idea"
	kindTag  = "\x00tag"
)

func everyArgument(plugin.Word) []string { return []string{kindIdea} }

func oneArgument(w plugin.Word) []string {
	if len(w.Args) > 0 {
		return nil
	}
	return []string{kindIdea}
}

func twoArguments(w plugin.Word) []string {
	if len(w.Args) > 1 {
		return nil
	}
	return []string{kindIdea}
}

// completeIdeas completes the values of flags, and arguments of the given kinds (nil
// for none). It makes no requests: numbers, titles and tags come from the cache, which
// earlier commands have filled.
func completeIdeas(env *plugin.Env, kinds func(plugin.Word) []string) func(context.Context, plugin.Word) []plugin.Candidate {
	return func(_ context.Context, w plugin.Word) (found []plugin.Candidate) {
		words := []string{}
		switch w.Flag {
		case "":
			if kinds != nil {
				words = kinds(w)
			}
		case "status":
			words = neuralrepo.Statuses()
		case "type":
			words = append(neuralrepo.RelationTypes(), "duplicate")
		case "mode":
			words = []string{neuralrepo.SearchKeyword, neuralrepo.SearchSemantic}
		case "sort":
			words = []string{"created", "updated", "title"}
		case "format":
			words = []string{"tree", "dot", "mermaid"}
		case "tag", "add-tag", "remove-tag":
			words = []string{kindTag}
		case "path", "ids":
			words = []string{kindIdea}
		}
		for _, word := range words {
			switch word {
			case kindIdea:
				found = append(found, cachedIdeas(env, w.Prefix)...)
			case kindTag:
				found = append(found, cachedTags(env)...)
			default:
				found = append(found, plugin.Candidate{Text: word})
			}
		}
		return found
	}
}

// cachedIdeas completes numbers with titles, in the form that was typed: 12 or #12. In
// a list such as 1,2,3 it completes the last number.
func cachedIdeas(env *plugin.Env, prefix string) (found []plugin.Candidate) {
	lead := prefix[:strings.LastIndex(prefix, ",")+1]
	if strings.HasPrefix(prefix[len(lead):], "#") {
		lead += "#"
	}
	for idea := range cached(env).Ideas() {
		if text := lead + string(idea.Number); strings.HasPrefix(text, prefix) {
			found = append(found, plugin.Candidate{Text: text, Help: idea.Title})
		}
		if len(found) == 1000 { // more would make the shell slow
			break
		}
	}
	return found
}

func cachedTags(env *plugin.Env) (found []plugin.Candidate) {
	for _, name := range cached(env).Tags() {
		found = append(found, plugin.Candidate{Text: name})
	}
	return found
}
