package plugin

import (
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// A marker is text that nrepo reads in a program's file, without running it
// (docs/plugin-contract.md). Put markers at the start and the end of the ShortHelp of
// the whole command, so that its help and the list of commands agree:
//
//	ShortHelp: plugin.SummaryMarker + "Say hello" + plugin.CompleteMarker,
//
// or, without completion, with EndMarker instead of CompleteMarker. In a [Program],
// the marker of each command contains its name:
//
//	ShortHelp: "@(#)nrepo:summary.hello=" + "Say hello" + plugin.CompleteMarker,
//
// Further markers go between the summary and the end:
//
//	ShortHelp: plugin.SummaryMarker + "Say hello" + "\n@(#)nrepo:contract=2" + plugin.CompleteMarker,
//
// The text must be one constant expression, so that the compiler stores it as one
// string. The help does not show the markers.
const (
	// SummaryMarker starts the summary for the list of commands. It is one line;
	// 80 characters of it are shown. End it with one of the other markers, because
	// the compiler may put other text directly after it.
	SummaryMarker = "@(#)nrepo:summary="
	// CompleteMarker ends a summary and tells nrepo that the program supports
	// completion, which [Env.Run] implements.
	CompleteMarker = "\n@(#)nrepo:complete=1\n"
	// EndMarker ends a summary of a program without completion.
	EndMarker = "\n@(#)"
)

// summary returns the ShortHelp of a command without its markers.
func summary(cmd *ffcli.Command) string {
	text, _, _ := strings.Cut(cmd.ShortHelp, "\n")
	if strings.HasPrefix(text, "@(#)nrepo:summary") {
		_, text, _ = strings.Cut(text, "=")
	}
	return text
}
