// Command dist writes what a release consists of: archives for every platform,
// packages and a container image for Linux, a Homebrew formula, a Scoop manifest, a
// list of the modules in the programs, and checksums. The result is reproducible: it depends
// only on the commit, not on the time, the directory or the user.
//
//	SOURCE_DATE_EPOCH=1767225600 go run ./internal/dist -version v1.2.3
//
// It runs at the root of the repository, after the manual pages and
// completions were written to build/share.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	d := dist{share: "build/share"}
	flag.StringVar(&d.version, "version", "", "version, such as v1.2.3")
	flag.StringVar(&d.out, "out", "dist", "directory to write")
	flag.StringVar(&d.nfpm, "nfpm", "build/tools/nfpm", "the packager, https://nfpm.goreleaser.com")
	flag.StringVar(&d.maintainer, "maintainer", "", "name and address for the packages")
	platforms := flag.String("platforms", "linux/amd64", "what to build for")
	flag.Parse()
	if err := d.run(strings.Fields(*platforms)); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// dist writes one release to its directory.
type dist struct {
	version    string // with the v
	out        string
	share      string // manual pages and completions, laid out as in share/
	nfpm       string
	maintainer string
	time       time.Time  // of every file
	commands   []command  // commands with their own program
	links      []string   // names of the commands that are links to multi
	platforms  []platform // built so far
}

// multi is the program of several commands, which are links to it.
const multi = "nrepo-ideas"

// command is a program and its description from its help.
type command struct {
	name    string // such as nrepo-push
	summary string
}

// platform is a GOOS and GOARCH, and the directory of the programs built for it.
type platform struct{ os, arch, bin string }

// program returns the path of a program for the platform.
func (p platform) program(name string) string {
	if p.os == "windows" {
		name += ".exe"
	}
	return filepath.Join(p.bin, name)
}

func (d *dist) run(platforms []string) error {
	if !strings.HasPrefix(d.version, "v") {
		return fmt.Errorf("-version %q: must be such as v1.2.3", d.version)
	}
	epoch, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH must be the time of the commit, in seconds: %w", err)
	}
	d.time = time.Unix(epoch, 0).UTC()
	if err := d.findCommands(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "nrepo-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.RemoveAll(d.out); err != nil {
		return err
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	for _, name := range platforms {
		goos, arch, found := strings.Cut(name, "/")
		if !found {
			return fmt.Errorf("-platforms: %q is not OS/ARCH", name)
		}
		p := platform{goos, arch, filepath.Join(work, goos+"_"+arch)}
		d.platforms = append(d.platforms, p)
		if err := d.build(p, p.bin, "./cmd/...", ""); err != nil {
			return err
		}
		if err := d.archive(p); err != nil {
			return err
		}
		if p.os == "linux" {
			if err := d.packages(p); err != nil {
				return err
			}
		}
	}
	for _, write := range []func() error{d.image, d.formula, d.scoop, d.sbom, d.sums} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// findCommands reads the names and summaries of the commands from their manual pages.
func (d *dist) findCommands() error {
	pages, _ := filepath.Glob(filepath.Join(d.share, "man/man1/*.1"))
	if len(pages) == 0 {
		return fmt.Errorf("no manual pages in %s", d.share)
	}
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), ".1")
		if _, err := os.Stat(filepath.Join("cmd", name)); err != nil {
			d.links = append(d.links, name)
			continue
		}
		data, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		_, line, found := strings.Cut(string(data), ` \- `)
		line, _, _ = strings.Cut(line, "\n")
		if !found || strings.Contains(line, `\[`) {
			return fmt.Errorf("%s: no plain summary", page)
		}
		d.commands = append(d.commands, command{name, strings.ReplaceAll(line, `\-`, "-")})
	}
	return nil
}

// name returns the name of a file of the release, without suffix.
func (d *dist) name(rest string) string {
	return "nrepo_" + strings.TrimPrefix(d.version, "v") + "_" + rest
}

// sums writes SHA256SUMS, for sha256sum -c.
func (d *dist) sums() error {
	files, err := filepath.Glob(filepath.Join(d.out, "*"))
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), filepath.Base(file))
	}
	return os.WriteFile(filepath.Join(d.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
