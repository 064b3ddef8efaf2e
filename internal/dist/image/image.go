package image

import (
	"bytes"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/nrepo-cli/nrepo/internal/dist/archive"
)

// Programs are the programs in the image: those that a CI job needs to capture ideas.
var Programs = []string{"nrepo", "nrepo-login", "nrepo-push"}

// Image describes the image of a release.
type Image struct {
	Version  string            // such as v1.2.3; without the v it is the tag of localhost/nrepo
	Time     time.Time         // of every file
	Bin      map[string]string // the directory of the programs, by GOARCH
	Licenses map[string][]byte // texts by file name, for /usr/share/doc/nrepo
}

// Write writes an OCI image layout to w, as a tar. It has a Linux image for each
// architecture, in the order of archs. They share the layer with the certificates.
func (i Image) Write(w io.Writer, archs ...string) error {
	l := layout{time: i.Time}
	tag := strings.TrimPrefix(i.Version, "v")
	about := map[string]string{
		v1.AnnotationTitle:       "nrepo",
		v1.AnnotationDescription: "Command line of NeuralRepo: nrepo, nrepo-login and nrepo-push",
		v1.AnnotationVersion:     tag,
		v1.AnnotationCreated:     i.Time.Format(time.RFC3339),
		v1.AnnotationSource:      "https://github.com/nrepo-cli/nrepo",
		v1.AnnotationLicenses:    "MIT",
	}
	shared := []archive.Entry{{Name: "etc/ssl/certs/ca-certificates.crt", Mode: 0o644, Data: authorities()}}
	for name, text := range i.Licenses {
		shared = append(shared, archive.Entry{Name: "usr/share/doc/nrepo/" + name, Mode: 0o644, Data: text})
	}
	var platforms []v1.Descriptor
	for _, arch := range archs {
		var programs []archive.Entry
		for _, name := range Programs {
			data, err := os.ReadFile(filepath.Join(i.Bin[arch], name))
			if err != nil {
				return err
			}
			programs = append(programs, archive.Entry{Name: "usr/bin/" + name, Mode: 0o755, Data: data})
		}
		config := v1.Image{
			Created:  &i.Time,
			Platform: v1.Platform{OS: "linux", Architecture: arch},
			Config: v1.ImageConfig{
				User:       "65534:65534", // nobody
				Env:        []string{"PATH=/usr/bin"},
				Entrypoint: []string{"/usr/bin/nrepo"},
				Cmd:        []string{"help"},
				WorkingDir: "/",
				Labels:     about,
			},
		}
		if arch == "arm64" {
			config.Variant = "v8"
		}
		d, err := l.manifest(config, about, withDirectories(shared), withDirectories(programs))
		if err != nil {
			return err
		}
		platforms = append(platforms, d)
	}
	return l.write(w, "localhost/nrepo", tag, about, platforms)
}

// withDirectories adds the directories of the files. Otherwise their modes would depend on the
// container engine.
func withDirectories(files []archive.Entry) []archive.Entry {
	seen := map[string]bool{}
	all := slices.Clone(files)
	for _, f := range files {
		for i, c := range f.Name {
			if dir := f.Name[:i+1]; c == '/' && !seen[dir] {
				seen[dir] = true
				all = append(all, archive.Entry{Name: dir, Mode: 0o755})
			}
		}
	}
	return all
}

// AuthoritiesModule is the module with the certificates.
const AuthoritiesModule = "golang.org/x/crypto/x509roots/fallback"

// authorities returns the certificate authorities that Mozilla trusts, in PEM. It leaves out
// those that are trusted only for certificates issued before a date, because PEM cannot
// express that.
func authorities() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // writing to a bytes.Buffer cannot fail
		}
	}
	return b.Bytes()
}
