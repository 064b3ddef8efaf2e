package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// released returns a release with archives of different content.
func released(t *testing.T, version string, platforms ...string) *dist {
	t.Helper()
	d := &dist{version: version, out: t.TempDir(), time: at}
	for _, name := range platforms {
		goos, arch, _ := strings.Cut(name, "/")
		d.platforms = append(d.platforms, platform{os: goos, arch: arch})
		suffix := ".tar.gz"
		if goos == "windows" {
			suffix = ".zip"
		}
		if err := os.WriteFile(filepath.Join(d.out, d.name(goos+"_"+arch)+suffix), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// wantDownload checks the URL and the checksum of the archive for a platform.
func (d *dist) wantDownload(t *testing.T, url, sum, platform string) {
	t.Helper()
	dir, name := path.Split(url)
	if want := "https://github.com/nrepo-cli/nrepo/releases/download/" + d.version + "/"; dir != want {
		t.Errorf("%s is not below %s", url, want)
	}
	data, err := os.ReadFile(filepath.Join(d.out, name))
	if err != nil || string(data) != platform {
		t.Errorf("%s is for %q, want %s: %v", url, data, platform, err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(data)); sum != want {
		t.Errorf("%s: checksum %s, want %s", name, sum, want)
	}
}

var all = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

func TestFormula(t *testing.T) {
	t.Chdir("../..")
	d := released(t, "v1.2.3", all...)
	if err := d.formula(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(d.out, "nrepo.rb")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n  version \"1.2.3\"\n", "\n  license \"MIT\"\n"} {
		if !strings.HasPrefix(string(text), "class Nrepo < Formula\n  desc \"") || !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := len(regexp.MustCompile(`desc "(.*)"`).FindSubmatch(text)[1]); n > 80 {
		t.Errorf("a description of %d characters; Homebrew wants 80 at most", n)
	}
	var found []string
	var blocks []string
	url := ""
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "end":
			if len(blocks) == 0 {
				t.Fatalf("an end too many in\n%s", text)
			}
			blocks = blocks[:len(blocks)-1]
		case words[0] == "class", words[0] == "def", words[len(words)-1] == "do":
			blocks = append(blocks, words[0])
		case words[0] == "url":
			url = strings.Trim(words[1], `"`)
		case words[0] == "sha256":
			names := map[string]string{"on_linux": "linux", "on_macos": "darwin", "on_intel": "amd64", "on_arm": "arm64"}
			platform := names[blocks[1]] + "/" + names[blocks[2]]
			d.wantDownload(t, url, strings.Trim(words[1], `"`), platform)
			found = append(found, platform)
		}
	}
	slices.Sort(found)
	if want := []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64"}; len(blocks) != 0 || !slices.Equal(found, want) {
		t.Errorf("open blocks %q, platforms %q in\n%s", blocks, found, text)
	}
	if ruby, err := exec.LookPath("ruby"); err == nil {
		if out, err := exec.Command(ruby, "-wc", file).CombinedOutput(); err != nil || string(out) != "Syntax OK\n" {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// The form is documented at https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests
// and https://github.com/ScoopInstaller/Scoop/wiki/App-Manifest-Autoupdate.
func TestScoop(t *testing.T) {
	t.Parallel()
	d := released(t, "v1.2.3", all...)
	if err := d.scoop(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(d.out, "nrepo.json"))
	if err != nil {
		t.Fatal(err)
	}
	type zip map[string]string
	var m struct {
		Version, Description, Homepage, License, Checkver string
		Path                                              string `json:"env_add_path"`
		Architecture                                      map[string]zip
		Autoupdate                                        struct {
			Architecture map[string]zip
			Hash         map[string]string
		}
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if m.Version != "1.2.3" || m.License != "MIT" || m.Description == "" || m.Path != "bin" || m.Checkver != "github" || !strings.HasPrefix(m.Homepage, "https://github.com/") {
		t.Errorf("the manifest is %s", text)
	}
	platforms := map[string]string{"64bit": "windows/amd64", "arm64": "windows/arm64"}
	for cpu, platform := range platforms {
		z := m.Architecture[cpu]
		d.wantDownload(t, z["url"], z["hash"], platform)
		if want := strings.TrimSuffix(path.Base(z["url"]), ".zip"); z["extract_dir"] != want {
			t.Errorf("it unpacks %s, the directory is %s", z["extract_dir"], want)
		}
		next := m.Autoupdate.Architecture[cpu]
		for _, field := range []string{"url", "extract_dir"} {
			if got := strings.ReplaceAll(next[field], "$version", "1.2.3"); got != z[field] || next[field] == got {
				t.Errorf("%s of the next version is %s", field, next[field])
			}
		}
	}
	for _, archs := range []map[string]zip{m.Architecture, m.Autoupdate.Architecture} {
		if len(archs) != len(platforms) {
			t.Errorf("processors %q", slices.Collect(maps.Keys(archs)))
		}
	}
	if m.Autoupdate.Hash["url"] != "$baseurl/SHA256SUMS" {
		t.Errorf("checksums of the next version are at %q", m.Autoupdate.Hash)
	}
}

// If there is no archive for the systems of a package manager, no file is written for it.
func TestNothingToDownload(t *testing.T) {
	t.Chdir("../..")
	for platform, want := range map[string]string{"windows/amd64": "nrepo.json", "linux/arm64": "nrepo.rb"} {
		d := released(t, "v1.2.3", platform)
		if err := d.formula(); err != nil {
			t.Fatal(err)
		}
		if err := d.scoop(); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(d.out, "nrepo.*"))
		if err != nil || len(files) != 1 || filepath.Base(files[0]) != want {
			t.Errorf("%s: %q %v", platform, files, err)
		}
	}
}
