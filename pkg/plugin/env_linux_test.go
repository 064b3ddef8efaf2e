package plugin

import (
	"os"
	"strings"
	"testing"
)

// The master side of a pseudo-terminal is also a terminal.
func TestColor(t *testing.T) {
	t.Parallel()
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	for name, tt := range map[string]struct {
		vars []string
		want bool
	}{
		"terminal":       {nil, true},
		"NO_COLOR":       {[]string{"NO_COLOR=1"}, false},
		"empty NO_COLOR": {[]string{"NO_COLOR="}, true},
		"dumb terminal":  {[]string{"TERM=dumb"}, false},
	} {
		p := newProcess(t, tt.vars)
		p.Stdout = tty
		if got := p.Color(); got != tt.want {
			t.Errorf("%s: Color = %v", name, got)
		}
	}
}

// If the output cannot be written, the command fails.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range [][]string{{"size", "--json"}, {"--help"}, {"--version"}, {"endless"}} {
		c := command(t, append([]string{os.Args[0]}, args...)...)
		c.Stdout = full
		c.Run()
		if code := c.ProcessState.ExitCode(); code != ExitFailure || !strings.Contains(c.stderr.String(), "no space left on device") {
			t.Errorf("%q: exit code %d, stderr %q", args, code, &c.stderr)
		}
	}
}
