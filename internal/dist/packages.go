package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"
)

// formats are the package formats, with the command that nrepo suggests for a missing
// command. NAME stands for the command, and ARCH for the format's name of the processor.
var formats = []struct {
	name, install string
	arch          map[string]string // by GOARCH
}{
	{"deb", "apt install ./nrepo-NAME_*_ARCH.deb", map[string]string{"amd64": "amd64", "arm64": "arm64"}},
	{"rpm", "dnf install ./nrepo-NAME-*.ARCH.rpm", map[string]string{"amd64": "x86_64", "arm64": "aarch64"}},
	{"apk", "apk add --allow-untrusted ./nrepo-NAME_*_ARCH.apk", map[string]string{"amd64": "x86_64", "arm64": "aarch64"}},
}

// pkg fills in packaging/nfpm.yaml.
type pkg struct {
	Name, Arch, Version, Maintainer string
	Summary, Text                   string
	Time                            string
	Depends, Recommends             []string
	Files                           []file
}

// file is a file of a package, or a symbolic link to From if Link is set.
type file struct {
	From, To, Mode string
	Link           bool
}

// packages writes a package of each format for every program, and the empty package nrepo-cli,
// which depends on those that people use.
func (d *dist) packages(p platform) error {
	for _, f := range formats {
		version := packageVersion(d.version, f.name)
		own := platform{p.os, p.arch, p.bin + "_" + f.name}
		if err := d.build(own, own.bin, "./cmd/nrepo", "-X 'main.installLine="+strings.Replace(f.install, "ARCH", f.arch[p.arch], 1)+"'"); err != nil {
			return err
		}
		all := pkg{Name: "nrepo-cli", Arch: p.arch, Version: version, Maintainer: d.maintainer, Time: d.time.Format(time.RFC3339),
			Summary: "command line of NeuralRepo, all commands",
			Text:    "This metapackage installs nrepo and all its commands, except nrepo-sandbox,\n  the local server for plugin authors."}
		for _, c := range d.commands {
			if c.name != "nrepo-sandbox" {
				all.Depends = append(all.Depends, c.name)
			}
			one := all
			one.Name, one.Summary, one.Depends = c.name, strings.TrimPrefix(c.summary, "the "), []string{"nrepo"}
			one.Recommends = recommended(c.name)
			one.Text = "It is the command \"" + strings.Replace(c.name, "-", " ", 1) + "\" of the command line of NeuralRepo."
			from := p
			if c.name == "nrepo" {
				one.Depends, from = nil, own
				one.Text = "It runs \"nrepo foo\" as the program nrepo-foo; each command is a\n  separate package."
			}
			one.Files = []file{{From: from.program(c.name), To: "/usr/bin/" + c.name, Mode: "0755"}}
			if c.name == multi {
				one.Text = "It contains " + fmt.Sprint(len(d.links)) + " commands of the command line of NeuralRepo, each with a link."
				for _, link := range d.links {
					one.Files = append(one.Files, file{From: multi, To: "/usr/bin/" + link, Link: true})
				}
			}
			if err := d.pack(f.name, one, own.bin); err != nil {
				return err
			}
		}
		if err := d.pack(f.name, all, own.bin); err != nil {
			return err
		}
	}
	return nil
}

// recommended returns packages with files that a command needs, unless the system has these
// files from another source.
func recommended(command string) []string {
	if command == "nrepo" || command == "nrepo-sandbox" { // they connect to no server
		return nil
	}
	return []string{"ca-certificates"}
}

// pack writes one package. It writes the files that it generates to a directory.
func (d *dist) pack(format string, p pkg, work string) error {
	stage := func(to string, data []byte) error {
		from := filepath.Join(work, p.Name+strings.ReplaceAll(to, "/", "-"))
		p.Files = append(p.Files, file{From: from, To: to, Mode: "0644"})
		return os.WriteFile(from, data, 0o644)
	}
	doc := "/usr/share/doc/" + p.Name + "/"
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	program := len(p.Files) > 0
	if program {
		others, err := licenses(p.Files[0].From)
		if err != nil {
			return err
		}
		if err := stage(doc+"third-party-licenses.gz", zipped(others)); err != nil {
			return err
		}
		license = append(license, "\nThe program contains modules of others; their licences are in\n"+doc+"third-party-licenses.gz.\n"...)
	}
	if err := stage(doc+"copyright", license); err != nil {
		return err
	}
	changes, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	switch format {
	case "apk":
		p.Text = "" // its description is one line
	case "deb":
		if err := stage(doc+"changelog.gz", zipped(debianChangelog(p, string(changes), d.time))); err != nil {
			return err
		}
		if program {
			if err := stage("/usr/share/lintian/overrides/"+p.Name, []byte(override)); err != nil {
				return err
			}
		}
	}
	for _, page := range d.shared(p.Name) {
		data, err := os.ReadFile(filepath.Join(d.share, page))
		if err != nil {
			return err
		}
		to := "/usr/share/" + page
		switch {
		case strings.HasPrefix(page, "man/"):
			to, data = to+".gz", zipped(string(data))
		case format == "deb": // Debian's zsh searches another directory
			to = strings.Replace(to, "zsh/site-functions", "zsh/vendor-completions", 1)
		}
		if err := stage(to, data); err != nil {
			return err
		}
	}
	config, err := p.recipe("packaging/nfpm.yaml")
	if err != nil {
		return err
	}
	recipe := filepath.Join(work, p.Name+".yaml")
	if err := os.WriteFile(recipe, config, 0o644); err != nil {
		return err
	}
	cmd := exec.Command(d.nfpm, "package", "-f", recipe, "-p", format, "-t", d.out)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s for %s: %w\n%s", d.nfpm, p.Name, err, out)
	}
	return nil
}

// recipe executes the template for all packages.
func (p pkg) recipe(description string) ([]byte, error) {
	t, err := template.ParseFiles(description)
	if err != nil {
		return nil, err
	}
	var config bytes.Buffer
	err = t.Execute(&config, p)
	return config.Bytes(), err
}

// shared returns the shared files that belong to a package. The completions, which work for all
// commands, and the page for plugin authors belong to nrepo.
func (d *dist) shared(name string) []string {
	var files []string
	page := "man/man1/" + name + ".1"
	patterns := []string{page}
	switch name {
	case multi:
		for _, link := range d.links {
			patterns = append(patterns, "man/man1/"+link+".1")
		}
	case "nrepo":
		patterns = append(patterns, "man/man7/*", "bash-completion/completions/*", "zsh/site-functions/*", "fish/vendor_completions.d/*")
	}
	for _, pattern := range patterns {
		found, _ := filepath.Glob(filepath.Join(d.share, pattern))
		for _, f := range found {
			f, _ = filepath.Rel(d.share, f)
			files = append(files, filepath.ToSlash(f))
		}
	}
	slices.Sort(files)
	return files
}

// packageVersion returns a version in the syntax of a format, such as 1.2.3~rc.1 or 1.2.3_rc1
// for v1.2.3-rc.1, which must sort before 1.2.3.
func packageVersion(version, format string) string {
	release, pre, found := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	switch {
	case !found:
		return release
	case format == "apk":
		if kind, number, ok := strings.Cut(pre, "."); ok {
			return release + "_" + kind + number
		}
		stamp, _, _ := strings.Cut(pre, "-") // of a version between releases
		return release + "_git" + stamp
	}
	return release + "~" + strings.ReplaceAll(pre, "-", ".")
}

// debianChangelog returns the newest entry of our changelog in Debian's format.
func debianChangelog(p pkg, changes string, at time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) unstable; urgency=medium\n\n", p.Name, p.Version)
	_, newest, _ := strings.Cut(changes, "\n## ")
	newest, _, _ = strings.Cut(newest, "\n## ")
	for _, item := range strings.Split("\n"+newest, "\n- ")[1:] {
		item, _, _ = strings.Cut(item, "\n\n")
		line := "  *"
		for _, word := range strings.Fields(item) {
			if len(line)+len(word) > 76 {
				b.WriteString(line + "\n")
				line = "   "
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, "\n -- %s  %s\n", p.Maintainer, at.Format(time.RFC1123Z))
	return b.String()
}

// override returns a lintian override with the reason.
const override = "# Go programs are statically linked by design.\nstatically-linked-binary\n"

// zipped compresses a text like gzip -9n, without name and time.
func zipped(s string) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write([]byte(s)) // writing to a bytes.Buffer cannot fail
	z.Close()
	return b.Bytes()
}
