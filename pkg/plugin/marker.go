package plugin

import (
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// A marker is text that nrepo reads in a program's file, without running it
// (docs/plugin-contract.md). Both stand in the ShortHelp of the whole command,
// so that its help and the list of commands say the same:
//
//	ShortHelp: plugin.SummaryMarker + "Say hello" + plugin.CompleteMarker,
//
// or, without completion, with EndMarker in place of CompleteMarker. In a [Program]
// each command has a marker of its own name:
//
//	ShortHelp: "@(#)nrepo:summary.hello=" + "Say hello" + plugin.CompleteMarker,
//
// The text must be constant, in one expression: only then the compiler keeps it
// together. Help is shown without the markers.
const (
	// SummaryMarker begins the summary in the list of commands: one line, of
	// which 80 characters are shown. One of the others must end it: a compiler
	// puts other texts right behind it.
	SummaryMarker = "@(#)nrepo:summary="
	// CompleteMarker ends a summary and has nrepo ask the program for
	// completions, which [Env.Run] answers.
	CompleteMarker = "\n@(#)nrepo:complete=1\n"
	// EndMarker ends a summary of a program that offers no completions.
	EndMarker = "\n@(#)"
)

// summary returns the ShortHelp of a command without its markers.
func summary(cmd *ffcli.Command) string {
	// Put together here: a program would else contain a marker that it did not ask for.
	marker := strings.Join([]string{"@(#)nrepo", "summary"}, ":")
	text, _, _ := strings.Cut(cmd.ShortHelp, "\n")
	if strings.HasPrefix(text, marker) {
		_, text, _ = strings.Cut(text, "=")
	}
	return text
}
