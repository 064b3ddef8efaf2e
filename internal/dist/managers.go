package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// homepage is also the address where releases are published.
const homepage = "https://github.com/nrepo-cli/nrepo"

// download is the archive for a platform, for package managers.
type download struct {
	CPU string // the package manager's name for it
	URL string
	Sum string // SHA-256, in hex
	Dir string // the directory in the archive
}

// downloads returns the archives of the release for a GOOS. cpus maps GOARCH to the package
// manager's names for processors.
func (d *dist) downloads(goos, suffix string, cpus map[string]string) ([]download, error) {
	var all []download
	for _, p := range d.platforms {
		if p.os != goos {
			continue
		}
		dir := d.name(p.os + "_" + p.arch)
		data, err := os.ReadFile(filepath.Join(d.out, dir+suffix))
		if err != nil {
			return nil, err
		}
		all = append(all, download{cpus[p.arch], homepage + "/releases/download/" + d.version + "/" + dir + suffix,
			fmt.Sprintf("%x", sha256.Sum256(data)), dir})
	}
	return all, nil
}

// formula writes the Homebrew formula, if there is an archive for macOS or Linux.
func (d *dist) formula() error {
	type system struct {
		Name      string
		Downloads []download
	}
	fill := struct {
		Homepage, Version string
		Systems           []system
	}{Homepage: homepage, Version: strings.TrimPrefix(d.version, "v")}
	for _, s := range []struct{ goos, name string }{{"darwin", "macos"}, {"linux", "linux"}} {
		found, err := d.downloads(s.goos, ".tar.gz", map[string]string{"amd64": "intel", "arm64": "arm"})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			fill.Systems = append(fill.Systems, system{s.name, found})
		}
	}
	if len(fill.Systems) == 0 {
		return nil
	}
	t, err := template.ParseFiles("packaging/homebrew.rb")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, fill); err != nil {
		return err
	}
	// Leave out the comment before the class, which is about the template.
	_, text, _ := strings.Cut(b.String(), "class ")
	return os.WriteFile(filepath.Join(d.out, "nrepo.rb"), []byte("class "+text), 0o644)
}

// The part of a Scoop manifest that is written,
// https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests.
type (
	manifest struct {
		Version      string              `json:"version"`
		Description  string              `json:"description"`
		Homepage     string              `json:"homepage"`
		License      string              `json:"license"`
		Architecture map[string]scoopZip `json:"architecture"`
		Path         string              `json:"env_add_path"`
		Checkver     string              `json:"checkver"`
		Autoupdate   autoupdate          `json:"autoupdate"`
	}
	scoopZip struct {
		URL  string `json:"url"`
		Hash string `json:"hash,omitempty"`
		Dir  string `json:"extract_dir"`
	}
	autoupdate struct {
		Architecture map[string]scoopZip `json:"architecture"`
		Hash         map[string]string   `json:"hash"`
	}
)

// scoop writes the manifest for Scoop, if there is an archive for Windows.
func (d *dist) scoop() error {
	found, err := d.downloads("windows", ".zip", map[string]string{"amd64": "64bit", "arm64": "arm64"})
	if err != nil || len(found) == 0 {
		return err
	}
	version := strings.TrimPrefix(d.version, "v")
	m := manifest{Version: version, Homepage: homepage, License: "MIT", Checkver: "github",
		Description:  "Capture, find and change NeuralRepo ideas from the terminal",
		Architecture: map[string]scoopZip{},
		// Put the programs on PATH instead of using shims, which start another process.
		Path: "bin",
		Autoupdate: autoupdate{Architecture: map[string]scoopZip{},
			Hash: map[string]string{"url": "$baseurl/SHA256SUMS"}}}
	for _, z := range found {
		m.Architecture[z.CPU] = scoopZip{z.URL, z.Sum, z.Dir}
		next := strings.NewReplacer(version, "$version")
		m.Autoupdate.Architecture[z.CPU] = scoopZip{URL: next.Replace(z.URL), Dir: next.Replace(z.Dir)}
	}
	data, err := json.MarshalIndent(m, "", "    ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.out, "nrepo.json"), append(data, '\n'), 0o644)
}
