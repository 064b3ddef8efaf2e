package manpage

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var page = Page{
	Name: "nrepo-foo", Section: 1, Version: "v1.2.3",
	Date:    time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	SeeAlso: []string{"nrepo(1)", "nrepo-foo(1)", "nrepo-plugins(7)"},
}

const fooHelp = `Do the foo

Usage:
  nrepo foo bar [flags]
  nrepo foo baz

Commands:
  bar  Begin

Flags:
  --count N  how often \ (default 1)
  --help     show this help

It is done
.at once, or -- with 'N' -- later.

A second — paragraph.

Examples:
  nrepo foo bar --count 2

Environment:
  FOO  the foo
  BAR, BAZ
       others

Exit codes:
  0 done,
  1 failure
`

const barHelp = `Begin

Usage:
  nrepo foo bar

Flags:
  --fast   at once
  --help   show this help

Exit codes:
  0 done,
  1 failure
`

const fooPage = `.TH "NREPO\-FOO" 1 2026-01-02 "nrepo v1.2.3" "NeuralRepo"
.ad l
.nh
.nr HY 0
.SH "NAME"
nrepo\-foo \- do the foo
.SH "SYNOPSIS"
.nf
\fBnrepo foo bar [flags]\fR
\fBnrepo foo baz\fR
.fi
.SH "DESCRIPTION"
It is done .at once, or \-\- with \(aqN\(aq \-\- later.
.PP
A second \[u2014] paragraph.
.SH "COMMANDS"
.TP
\fBbar\fR
Begin
.SS "nrepo foo bar"
Begin.
.PP
.nf
\fBnrepo foo bar\fR
.fi
.TP
\fB\-\-fast\fR
at once
.SH "OPTIONS"
.TP
\fB\-\-count N\fR
how often \e (default 1)
.TP
\fB\-\-help\fR
show this help
.SH "EXAMPLES"
.RS 4
.EX
nrepo foo bar \-\-count 2
.EE
.RE
.SH "ENVIRONMENT"
.TP
\fBFOO\fR
the foo
.TP
\fBBAR, BAZ\fR
others
.SH "EXIT STATUS"
0 done, 1 failure
.SH "SEE ALSO"
.BR nrepo (1) ,
.BR nrepo\-plugins (7)
`

func TestFromHelp(t *testing.T) {
	t.Parallel()
	if got := FromHelp(page, fooHelp, []Sub{{"nrepo foo bar", barHelp}}); got != fooPage {
		t.Errorf("got\n%s\nwant\n%s", got, fooPage)
	}
}

// TestOtherLayouts reads the help of the dispatcher and its built-ins.
func TestOtherLayouts(t *testing.T) {
	t.Parallel()
	h := ParseHelp("nrepo, the tool\n\nusage: nrepo [flags] <command>\n       nrepo x\n\nflags:\n  -v, --verbose   long\n" +
		"                  and longer\n\nbuilt in:\n  help, which\n\nThe end\nof it.\n")
	if h.Summary != "nrepo, the tool" || !slices.Equal(h.Usage, []string{"nrepo [flags] <command>", "nrepo x"}) {
		t.Errorf("summary %q, usage %q", h.Summary, h.Usage)
	}
	if !slices.Equal(h.Names(), []string{"help", "which"}) {
		t.Errorf("names %q", h.Names())
	}
	if len(h.Blocks) != 3 || !slices.Equal(h.Blocks[2].Lines, []string{"The end", "of it."}) {
		t.Fatalf("blocks %q", h.Blocks)
	}
	if rows := h.Blocks[0].rows(); len(rows) != 1 || rows[0] != [2]string{"-v, --verbose", "long and longer"} {
		t.Errorf("rows %q", rows)
	}
	if h := ParseHelp("usage: nrepo which <command>\n\nPrint a path.\n"); h.Summary != "Print a path." {
		t.Errorf("summary %q", h.Summary)
	}
}

const document = "# The *contract* of `nrepo`\n\nFirst, see [the page](https://example.com/x)\nand [this](plugins.md),\n[that](../pkg/x) or [a heading](#names).\n\n" +
	"<!-- not\nshown -->\n## Names\n\n- one `a|b`\n  goes on\n- **two**\n\n1. first\n\n### Deep\n\n" +
	"| variable | value | since |\n|---|---|---|\n| `NREPO_EXE` | a path | v1 |\n| `X\\|Y` | | |\n\n```sh\n'quoted' \\n\n\tindented\n.dot\n```\n"

const documentPage = `.TH "NREPO\-FOO" 1 2026-01-02 "nrepo v1.2.3" "NeuralRepo"
.ad l
.nh
.nr HY 0
.SH "NAME"
nrepo\-foo \- the contract of nrepo
.SH "DESCRIPTION"
First, see the page (https://example.com/x) and this
(https://example.org/docs/plugins.md), that (https://example.org/pkg/x) or a
heading (https://example.org/docs/contract.md#names).
.SH "NAMES"
.IP \(bu 4
one \fBa|b\fR goes on
.IP \(bu 4
\fBtwo\fR
.IP 1. 4
first
.SS "Deep"
.TP
\fBNREPO_EXE\fR
value: a path
.br
since: v1
.TP
\fBX|Y\fR
\&
.PP
.RS 4
.EX
\(aqquoted\(aq \en
    indented
\&.dot
.EE
.RE
.SH "SEE ALSO"
.BR nrepo (1) ,
.BR nrepo\-plugins (7)
`

func TestFromMarkdown(t *testing.T) {
	t.Parallel()
	address := &url.URL{Scheme: "https", Host: "example.org", Path: "/docs/contract.md"}
	if got := FromMarkdown(page, document, address); got != documentPage {
		t.Errorf("got\n%s\nwant\n%s", got, documentPage)
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	got := fill(strings.Repeat("x", 74) + " y z .a " + strings.Repeat("w", 90) + " end")
	want := strings.Repeat("x", 74) + " y\nz .a\n" + strings.Repeat("w", 90) + "\nend"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := fill(strings.Repeat("x", 76) + " .b"); !strings.HasSuffix(got, "\n"+`\&.b`) {
		t.Errorf("a word would be taken for a macro: %q", got)
	}
}
