package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func TestExitError(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err    error
		code   int
		stderr string
	}{
		{&ExitError{Code: 7}, 7, ""},
		{fmt.Errorf("child: %w", &ExitError{Code: 137}), 137, ""},
		{&ExitError{Code: 127, Err: errors.New("x: command not found")}, 127, "nrepo test: x: command not found\n"},
		{&ExitError{Code: 3, Err: Usagef("wrong")}, 3, "nrepo test: wrong\n"},
		{&ExitError{}, 0, ""},
	} {
		var stderr bytes.Buffer
		env := &Env{Name: "nrepo test", Stderr: &stderr, Getenv: func(string) string { return "" }, DefaultFormat: "human"}
		if code := env.Report(row.err); code != row.code || stderr.String() != row.stderr {
			t.Errorf("%v: code %d, %q", row.err, code, &stderr)
		}
	}
}
