package plugin

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// help returns the help of a command: the text of its UsageFunc, or else summary,
// usage, subcommands, flags, the long text (which ends with examples) and exit
// codes.
func (e *Env) help(cmd *ffcli.Command) string {
	if cmd.UsageFunc != nil {
		shown := *cmd
		shown.ShortHelp = summary(cmd)
		return strings.TrimRight(cmd.UsageFunc(&shown), "\n") + "\n"
	}
	var b strings.Builder
	b.WriteString(summary(cmd) + "\n\nUsage:\n")
	for line := range strings.Lines(cmd.ShortUsage) {
		b.WriteString("  " + strings.TrimSpace(line) + "\n")
	}
	if len(cmd.Subcommands) > 0 {
		var rows [][2]string
		for _, sub := range cmd.Subcommands {
			rows = append(rows, [2]string{sub.Name, summary(sub)})
		}
		b.WriteString("\nCommands:\n" + twoColumns(rows))
	}
	b.WriteString("\nFlags:\n" + twoColumns(flagRows(cmd.FlagSet)))
	if cmd.LongHelp != "" {
		b.WriteString("\n" + strings.TrimSpace(cmd.LongHelp) + "\n")
	}
	b.WriteString("\nExit codes:\n" + exitCodes + e.ownExitCodes())
	return b.String()
}

// flagRows lists a command's own flags, then those that all commands have.
func flagRows(fs *flag.FlagSet) [][2]string {
	var own, common [][2]string
	fs.VisitAll(func(f *flag.Flag) {
		placeholder, usage := flag.UnquoteUsage(f)
		name := strings.TrimSpace(dashed(f.Name) + " " + placeholder)
		switch f.DefValue {
		case "", "0", "false", "[]":
		default:
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		if slices.Contains(commonNames, f.Name) {
			common = append(common, [2]string{name, usage})
		} else {
			own = append(own, [2]string{name, usage})
		}
	})
	return append(own, common...)
}

// dashed returns a flag as users type it: -f, --json.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// columns is the maximum width of help.
const columns = 80

// twoColumns aligns rows and wraps long lines.
func twoColumns(rows [][2]string) string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	begin := func(text string) string { return fmt.Sprintf("  %-*s ", width, text) }
	var b strings.Builder
	for _, row := range rows {
		line := begin(row[0])
		for _, word := range strings.Fields(row[1]) {
			if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
				b.WriteString(line + "\n")
				line = begin("")
			}
			line += " " + word
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
