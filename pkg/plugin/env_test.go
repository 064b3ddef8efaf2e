package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	coded := func(code string, status int) error {
		return &output.Error{Code: code, Status: status, Err: errors.New("x")}
	}
	for name, tt := range map[string]struct {
		err  error
		want int
	}{
		"nil":                 {nil, ExitOK},
		"plain":               {errors.New("x"), ExitFailure},
		"no code":             {coded("", 0), ExitFailure},
		"unknown":             {coded(output.CodeUnknown, 0), ExitFailure},
		"config":              {coded(output.CodeConfig, 0), ExitFailure},
		"usage":               {coded(output.CodeUsage, 0), ExitUsage},
		"Usagef":              {Usagef("x"), ExitUsage},
		"cancelled":           {coded(output.CodeCancelled, 0), ExitCancelled},
		"no credential":       {coded(output.CodeAuthRequired, 0), ExitAuth},
		"network":             {coded(output.CodeNetwork, 0), ExitUnavailable},
		"wrapped":             {fmt.Errorf("y: %w", coded(output.CodeNetwork, 0)), ExitUnavailable},
		"302":                 {coded("http_302", 302), ExitFailure},
		"400":                 {coded("http_400", 400), ExitFailure},
		"401":                 {coded("http_401", 401), ExitAuth},
		"403":                 {coded("http_403", 403), ExitFailure},
		"404":                 {coded("http_404", 404), ExitFailure},
		"409":                 {coded("http_409", 409), ExitFailure},
		"429":                 {coded("http_429", 429), ExitUnavailable},
		"500":                 {coded("http_500", 500), ExitUnavailable},
		"503":                 {coded("http_503", 503), ExitUnavailable},
		"context ended":       {context.Canceled, ExitFailure},
		"joined with another": {errors.Join(errors.New("y"), coded(output.CodeUsage, 0)), ExitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ExitCode(tt.err); got != tt.want {
				t.Errorf("ExitCode = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	err := &output.Error{Code: output.HTTPCode(404), Status: 404, Hint: "see `nrepo key list`", Err: errors.New("no\x1b[2J key")}
	for format, want := range map[string]string{
		"human": "nrepo demo: no\\u001b[2J key (HTTP 404)\nhint: see `nrepo key list`\n",
		"json":  `{"error":"no\u001b[2J key","code":"http_404","status":404,"hint":"see ` + "`nrepo key list`" + `"}` + "\n",
	} {
		p := newProcess(t, []string{"NEURALREPO_OUTPUT=" + format})
		if code := p.Report(err); code != ExitFailure || p.stderr.String() != want || p.stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, stderr %q, want %q", format, code, &p.stderr, want)
		}
	}
}

func TestWithHintKeepsOne(t *testing.T) {
	t.Parallel()
	first := &output.Error{Code: output.CodeUsage, Err: errors.New("x"), Hint: "a"}
	if got := output.AsError(withHint(first, "b")).Hint; got != "a" {
		t.Errorf("hint %q", got)
	}
	plain := errors.New("x")
	if err := withHint(plain, "b"); output.AsError(err).Hint != "b" || !errors.Is(err, plain) {
		t.Errorf("%#v", err)
	}
	bare := &output.Error{Err: plain}
	if withHint(bare, "b"); bare.Hint != "" {
		t.Error("the error itself was changed")
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"human": "hello\n", "json": "{\n  \"a\": \"<\\u001b>\"\n}\n"} {
		p := newProcess(t, []string{"NEURALREPO_OUTPUT=" + format})
		if err := p.Print(map[string]string{"a": "<\x1b>"}, "hello\n"); err != nil || p.stdout.String() != want {
			t.Errorf("%s: %v, %q, want %q", format, err, &p.stdout, want)
		}
	}
	p := newProcess(t, []string{"NEURALREPO_OUTPUT=xml"})
	if err := p.Print(1, "1"); ExitCode(err) != ExitUsage || p.stdout.Len() > 0 {
		t.Errorf("bad variable: %v, stdout %q", err, &p.stdout)
	}
	for _, format := range []string{"human", "json"} {
		p := newProcess(t, []string{"NEURALREPO_OUTPUT=" + format})
		p.Stdout = failing{}
		if err := p.Print(1, "1"); !errors.Is(err, errFailing) {
			t.Errorf("%s to a full disk: %v", format, err)
		}
	}
}

var errFailing = errors.New("no space")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
func (failing) Read([]byte) (int, error)  { return 0, errFailing }

func TestWarn(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"human": "nrepo demo: warning: a\\u000ab\n",
		"json":  `{"warning":"a\nb"}` + "\n",
	} {
		p := newProcess(t, []string{"NEURALREPO_OUTPUT=" + format})
		if p.Warn("a\nb"); p.stderr.String() != want || p.stdout.Len() > 0 {
			t.Errorf("%s: stderr %q, want %q", format, &p.stderr, want)
		}
	}
}

// A stream that is not a terminal gets no progress and no colour.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	p := newProcess(t, []string{"TERM=xterm"})
	if p.Progress("waiting"); p.stderr.Len() > 0 {
		t.Errorf("progress: %q", &p.stderr)
	}
	if p.Color() {
		t.Error("colour in a buffer")
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if IsTerminal(file) || IsTerminal(nil) {
		t.Error("a file is taken for a terminal")
	}
}

// CopyStdin returns the same errors as ReadInput. Errors of the writer do not mention
// stdin.
func TestCopyStdin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stdin io.Reader
		full  bool
		want  string
		err   string
	}{
		"text":   {stdin: strings.NewReader("abc"), want: "abc"},
		"empty":  {stdin: strings.NewReader(""), err: "stdin is empty"},
		"broken": {stdin: failing{}, err: "cannot read stdin"},
		"full":   {stdin: strings.NewReader("abc"), full: true, err: "closed pipe"},
	} {
		var got bytes.Buffer
		var w io.Writer = &got
		if tt.full {
			r, pipe := io.Pipe()
			r.Close()
			w = pipe
		}
		env := &Env{Name: "x", Stdin: tt.stdin, Stdout: io.Discard, Stderr: io.Discard}
		err := env.CopyStdin(context.Background(), w)
		if got.String() != tt.want || (err == nil) != (tt.err == "") || err != nil && (!strings.Contains(err.Error(), tt.err) || tt.full && strings.Contains(err.Error(), "stdin")) {
			t.Errorf("%s: %q, %v", name, &got, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, _ := io.Pipe() // never has input
	env := &Env{Name: "x", Stdin: r, Stdout: io.Discard, Stderr: io.Discard}
	if err := env.CopyStdin(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestReadInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "body.txt")
	if err := os.WriteFile(file, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty, missing := filepath.Join(dir, "empty"), filepath.Join(dir, "a\x1bb")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		name  string
		stdin io.Reader
		limit int64
		want  string
		err   string
	}{
		"file":                 {name: file, limit: 5, want: "12345"},
		"file too large":       {name: file, limit: 4, err: "larger than 4 bytes"},
		"stdin":                {name: "-", stdin: strings.NewReader("abc"), limit: 3, want: "abc"},
		"empty stdin":          {name: "-", stdin: strings.NewReader(""), limit: 3, err: "empty"},
		"empty file":           {name: empty, limit: 3, want: ""},
		"empty name":           {name: "", stdin: strings.NewReader("abc"), limit: 3, err: "empty"},
		"a long name":          {name: strings.Repeat("x", 5000), limit: 3, err: "cannot read xxx"},
		"stdin too large":      {name: "-", stdin: strings.NewReader("abcd"), limit: 3, err: "larger than 3 bytes"},
		"stdin cannot be read": {name: "-", stdin: failing{}, limit: 3, err: "cannot read stdin: no space"},
		"missing":              {name: missing, limit: 5, err: "no such file"},
		"directory":            {name: dir, limit: 5, err: "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProcess(t, nil)
			p.Stdin = tt.stdin
			got, err := p.ReadInput(context.Background(), tt.name, tt.limit)
			if tt.err == "" {
				if err != nil || string(got) != tt.want {
					t.Errorf("ReadInput = %q, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.err) || ExitCode(err) != ExitUsage || len(err.Error()) > 300 {
				t.Errorf("error %v, want %s", err, tt.err)
			}
		})
	}
}

func TestReadInputEndsWithContext(t *testing.T) {
	t.Parallel()
	silent, writer := io.Pipe()
	defer writer.Close()
	p := newProcess(t, nil)
	p.Stdin = silent
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.ReadInput(ctx, "-", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
