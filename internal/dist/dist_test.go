package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	at      = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	entries = []entry{{name: "n/b", mode: 0o644, data: []byte("two")}, {name: "n/a/x", mode: 0o755, data: []byte("one")}}
)

// A command that speaks TLS to a server asks for the authorities to trust.
func TestRecommended(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"nrepo": false, "nrepo-sandbox": false, "nrepo-push": true} {
		recipe, err := pkg{Name: name, Recommends: recommended(name)}.recipe("../../packaging/nfpm.yaml")
		if err != nil || bytes.Contains(recipe, []byte("recommends:\n  - ca-certificates\n")) != want {
			t.Errorf("%s: %v\n%s", name, err, recipe)
		}
	}
}

func TestTar(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	if err := writeTar(&first, entries, at); err != nil {
		t.Fatal(err)
	}
	backwards := []entry{entries[1], entries[0]}
	if err := writeTar(&second, backwards, at.In(time.FixedZone("", 3600))); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the order of the files, or the zone, is in the archive")
	}
	z, err := gzip.NewReader(&first)
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Errorf("the gzip header has %v %q", z.ModTime, z.Name)
	}
	var names []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Gid != 0 || h.Uname != "root" {
			t.Errorf("%s: %+v", h.Name, h)
		}
		if want := int64(0o755); h.Name == "n/a/x" && h.Mode != want {
			t.Errorf("mode %o, want %o", h.Mode, want)
		}
	}
	if !slices.Equal(names, []string{"n/a/x", "n/b"}) {
		t.Errorf("files %q", names)
	}
}

// A link is one in the archive too.
func TestLink(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := writeTar(&b, []entry{{name: "bin/nrepo-log", mode: 0o777, link: multi}}, at); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := tar.NewReader(z).Next(); err != nil || h.Typeflag != tar.TypeSymlink || h.Linkname != "nrepo-ideas" {
		t.Errorf("%+v %v", h, err)
	}
}

func TestZip(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	if err := writeZip(&first, entries, at); err != nil {
		t.Fatal(err)
	}
	if err := writeZip(&second, []entry{entries[1], entries[0]}, at); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the order of the files is in the archive")
	}
	z, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("%d files: %v", len(z.File), err)
	}
	if f := z.File[0]; f.Name != "n/a/x" || !f.Modified.Equal(at) || f.Mode() != 0o755 {
		t.Errorf("%s %v %v", f.Name, f.Modified, f.Mode())
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
