package image

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/dist/image/imagetest"
)

// example returns an image of programs that print their architecture.
func example(t *testing.T) Image {
	t.Helper()
	i := Image{Version: "v1.2.3", Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Bin: map[string]string{},
		Licenses: map[string][]byte{"LICENSE": []byte("ours"), "THIRD-PARTY-LICENSES": []byte("theirs")}}
	for _, arch := range []string{"amd64", "arm64"} {
		i.Bin[arch] = t.TempDir()
		for _, name := range Programs {
			if err := os.WriteFile(filepath.Join(i.Bin[arch], name), []byte(name+" for "+arch), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return i
}

func TestWrite(t *testing.T) {
	t.Parallel()
	i := example(t)
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := i.Write(b, "amd64", "arm64"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same image has other bytes")
	}
	l := imagetest.Read(t, &first)
	if l.Tag != "1.2.3" || l.Name != "localhost/nrepo:1.2.3" || len(l.Index.Manifests) != 2 {
		t.Errorf("it is %q with the tag %q, platforms %+v", l.Name, l.Tag, l.Index.Manifests)
	}
	amd64, _ := l.Platform(t, "amd64")
	arm64, _ := l.Platform(t, "arm64")
	if amd64.Layers[0].Digest != arm64.Layers[0].Digest || amd64.Layers[1].Digest == arm64.Layers[1].Digest {
		t.Errorf("layers %+v and %+v", amd64.Layers, arm64.Layers)
	}
	for _, arch := range []string{"amd64", "arm64"} {
		dir := t.TempDir()
		config := l.Unpack(t, arch, dir)
		if config.User != "65534:65534" || !slices.Equal(config.Entrypoint, []string{"/usr/bin/nrepo"}) || config.Labels["org.opencontainers.image.version"] != "1.2.3" {
			t.Errorf("%s runs %+v", arch, config)
		}
		for name, want := range map[string]struct {
			text string
			mode os.FileMode
		}{
			"usr/bin/nrepo-push":                       {"nrepo-push for " + arch, 0o755},
			"usr/share/doc/nrepo/THIRD-PARTY-LICENSES": {"theirs", 0o644},
		} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || string(text) != want.text {
				t.Errorf("%s %s: %q %v", arch, name, text, err)
			}
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != want.mode {
				t.Errorf("%s %s: %v %v", arch, name, info, err)
			}
		}
	}
}

func TestProgramIsMissing(t *testing.T) {
	t.Parallel()
	i := example(t)
	if err := os.Remove(filepath.Join(i.Bin["arm64"], "nrepo-push")); err != nil {
		t.Fatal(err)
	}
	if err := i.Write(&bytes.Buffer{}, "amd64", "arm64"); err == nil {
		t.Error("no error")
	}
}

// The authorities include well-known ones, and each is a valid CA certificate.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	var names []string
	for rest := authorities(); len(rest) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			t.Fatalf("no PEM: %.80s", rest)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !cert.IsCA {
			t.Fatalf("%v %v", cert, err)
		}
		names = append(names, cert.Subject.String())
	}
	if len(names) < 100 {
		t.Errorf("%d authorities", len(names))
	}
	for _, want := range []string{"CN=ISRG Root X1,", "CN=GTS Root R1,", "CN=DigiCert Global Root G2,", "CN=Amazon Root CA 1,"} {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, want) }) {
			t.Errorf("%s is not among %q", want, names)
		}
	}
}
