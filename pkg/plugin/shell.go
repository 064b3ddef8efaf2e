package plugin

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// shellCommand returns the command in a variable such as EDITOR, followed by args.
// As in git, sh runs it if it is more than a name, so that quotes, variables and
// options work. On Windows, and if there is no sh, it is split at spaces outside
// double quotes. When ctx ends, it gets SIGTERM.
func shellCommand(ctx context.Context, value string, args ...string) *exec.Cmd {
	argv := append([]string{value}, args...)
	if strings.ContainsAny(value, "|&;<>()$`\\\"' \t\n*?[#~=%") {
		sh, err := exec.LookPath("sh")
		if runtime.GOOS == "windows" || err != nil {
			if _, err := os.Stat(value); err != nil { // not a path that contains spaces
				argv = append(splitWords(value), args...)
			}
		} else {
			script := "trap : INT\n" + value // sh must survive the Ctrl-C that is meant for its child
			if len(args) > 0 {
				script += ` "$@"`
			}
			argv = append([]string{sh, "-c", script, value}, args...)
		}
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	if runtime.GOOS != "windows" {
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = time.Second
	}
	return cmd
}

// splitWords splits text at spaces outside double quotes. It returns at least one
// word.
func splitWords(text string) (words []string) {
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if len(words) == 0 {
		return []string{text}
	}
	return words
}

// programOf returns the program of a command line. It returns "" if only a shell
// can tell, for example after VAR=value.
func programOf(line string) string {
	for _, word := range strings.Fields(line) {
		if strings.ContainsAny(word, "|&;<>()$`\\\"'*?[#~%") {
			return ""
		}
		if !strings.Contains(word, "=") {
			return word
		}
	}
	return ""
}

// notFound reports whether a shell could not find or run its command.
func notFound(cmd *exec.Cmd) bool {
	code := cmd.ProcessState.ExitCode()
	return len(cmd.Args) > 2 && cmd.Args[1] == "-c" && (code == 126 || code == 127)
}
