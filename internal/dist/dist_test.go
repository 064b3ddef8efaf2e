package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)

// The package of a command that uses TLS recommends the certificate authorities.
func TestRecommended(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"nrepo": false, "nrepo-sandbox": false, "nrepo-push": true} {
		recipe, err := pkg{Name: name, Recommends: recommended(name)}.recipe("../../packaging/nfpm.yaml")
		if err != nil || bytes.Contains(recipe, []byte("recommends:\n  - ca-certificates\n")) != want {
			t.Errorf("%s: %v\n%s", name, err, recipe)
		}
	}
}

func TestPackageVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ version, deb, apk string }{
		{"v1.2.3", "1.2.3", "1.2.3"},
		{"v1.2.3-rc.1", "1.2.3~rc.1", "1.2.3_rc1"},
		{"v0.0.0-20260102030405-0123456789ab", "0.0.0~20260102030405.0123456789ab", "0.0.0_git20260102030405"},
	} {
		for format, want := range map[string]string{"deb": c.deb, "rpm": c.deb, "apk": c.apk} {
			if got := packageVersion(c.version, format); got != want {
				t.Errorf("%s of %s: %s, want %s", format, c.version, got, want)
			}
		}
	}
}

func TestDebianChangelog(t *testing.T) {
	t.Parallel()
	changes := "# Changelog\n\n- not this\n\n## [1.2.0] - 2026-01-02\n\n### Added\n\n- One thing that is long enough to be broken into" +
		"\n  two lines of text.\n- Two.\n\n### Fixed\n\n- Three.\n\n## [1.1.0]\n\n- old\n"
	got := debianChangelog(pkg{Name: "nrepo-foo", Version: "1.2.0", Maintainer: "nrepo <n@example.com>"}, changes, at)
	want := "nrepo-foo (1.2.0) unstable; urgency=medium\n\n" +
		"  * One thing that is long enough to be broken into two lines of text.\n  * Two.\n  * Three.\n\n" +
		" -- nrepo <n@example.com>  Fri, 02 Jan 2026 03:04:06 +0000\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for line := range strings.Lines(debianChangelog(pkg{}, "\n## x\n\n- "+strings.Repeat("word ", 40), at)) {
		if len(line) > 80 {
			t.Errorf("a line of %d: %s", len(line), line)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "")
	for _, d := range []dist{{version: "1.2.3"}, {version: "v1.2.3"}} {
		if err := d.run(nil); err == nil {
			t.Errorf("%+v: no error", d)
		}
	}
}

// cmd/nrepo.TestBatchLink runs a file of this form.
func TestBatchLink(t *testing.T) {
	t.Parallel()
	if got, want := string(batchLink("nrepo-search")), "@\"%~dp0nrepo-ideas.exe\" search %*\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
