// Package imagetest reads OCI image layouts in tests, and fails a test if a layout does not
// follow the specification.
package imagetest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/schema"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// Layout is an image layout. The name of each blob is the digest of its content.
type Layout struct {
	Name  string // the name under which engines load it
	Tag   string
	Index v1.Index // of the platforms

	blobs map[digest.Digest][]byte
}

// Read reads a layout of one tagged image for several platforms. Each JSON object must match
// the specification's schema.
func Read(t *testing.T, r io.Reader) *Layout {
	t.Helper()
	l := &Layout{blobs: map[digest.Digest][]byte{}}
	top := map[string][]byte{}
	for _, f := range files(t, r) {
		algorithm, found := strings.CutPrefix(f.header.Name, "blobs/")
		if algorithm = strings.Replace(algorithm, "/", ":", 1); !found {
			top[f.header.Name] = f.data
		} else if f.header.Typeflag == tar.TypeReg {
			d := digest.Digest(algorithm)
			if err := d.Validate(); err != nil || digest.FromBytes(f.data) != d {
				t.Fatalf("%s: not the digest of its content (%v)", f.header.Name, err)
			}
			l.blobs[d] = f.data
		}
	}
	valid(t, schema.ValidatorMediaTypeLayoutHeader, top["oci-layout"])
	valid(t, schema.ValidatorMediaTypeImageIndex, top["index.json"])
	var index v1.Index
	decode(t, top["index.json"], &index)
	if len(top) != 2 || len(index.Manifests) != 1 {
		t.Fatalf("%d files beside the blobs, %d images", len(top), len(index.Manifests))
	}
	l.Name = index.Manifests[0].Annotations["io.containerd.image.name"]
	l.Tag = index.Manifests[0].Annotations[v1.AnnotationRefName]
	decode(t, l.Blob(t, index.Manifests[0], v1.MediaTypeImageIndex), &l.Index)
	return l
}

// Blob returns the blob of a descriptor, which must have the given media type.
func (l *Layout) Blob(t *testing.T, d v1.Descriptor, mediaType string) []byte {
	t.Helper()
	data, found := l.blobs[d.Digest]
	if !found || int64(len(data)) != d.Size || d.MediaType != mediaType {
		t.Fatalf("a descriptor %+v of %d bytes of %s", d, len(data), mediaType)
	}
	if mediaType != v1.MediaTypeImageLayerGzip {
		valid(t, schema.Validator(mediaType), data)
	}
	return data
}

// Platform returns the image for an architecture.
func (l *Layout) Platform(t *testing.T, arch string) (v1.Manifest, v1.Image) {
	t.Helper()
	for _, d := range l.Index.Manifests {
		if d.Platform == nil || d.Platform.OS != "linux" || d.Platform.Architecture != arch {
			continue
		}
		var manifest v1.Manifest
		var image v1.Image
		decode(t, l.Blob(t, d, v1.MediaTypeImageManifest), &manifest)
		decode(t, l.Blob(t, manifest.Config, v1.MediaTypeImageConfig), &image)
		if image.OS != d.Platform.OS || image.Architecture != arch || image.Variant != d.Platform.Variant {
			t.Errorf("the index has %+v, its image %+v", d.Platform, image.Platform)
		}
		return manifest, image
	}
	t.Fatalf("no image for %s", arch)
	panic("unreachable")
}

// Unpack writes the files of an image to a directory, and returns how to run it.
func (l *Layout) Unpack(t *testing.T, arch, dir string) v1.ImageConfig {
	t.Helper()
	manifest, image := l.Platform(t, arch)
	if len(manifest.Layers) != len(image.RootFS.DiffIDs) {
		t.Fatalf("%d layers, %d of them uncompressed", len(manifest.Layers), len(image.RootFS.DiffIDs))
	}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range manifest.Layers {
		z, err := gzip.NewReader(bytes.NewReader(l.Blob(t, d, v1.MediaTypeImageLayerGzip)))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if id := digest.FromBytes(plain); id != image.RootFS.DiffIDs[i] {
			t.Errorf("layer %d is %s, its image has %s", i, id, image.RootFS.DiffIDs[i])
		}
		for _, f := range files(t, bytes.NewReader(plain)) {
			path := filepath.Join(dir, f.header.Name)
			if f.header.Typeflag == tar.TypeDir {
				err = os.MkdirAll(path, 0o700)
			} else {
				err = os.WriteFile(path, f.data, 0o600)
			}
			if err == nil {
				err = os.Chmod(path, f.header.FileInfo().Mode().Perm()) // independent of the umask
			}
			if err != nil || f.header.Uid != 0 || f.header.Gid != 0 {
				t.Fatalf("%+v: %v", f.header, err)
			}
		}
	}
	return image.Config
}

type file struct {
	header *tar.Header
	data   []byte
}

func files(t *testing.T, r io.Reader) (all []file) {
	t.Helper()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file{h, data})
	}
}

func valid(t *testing.T, v schema.Validator, object []byte) {
	t.Helper()
	if err := v.Validate(bytes.NewReader(object)); err != nil {
		t.Fatalf("%s: %v\n%s", v, err, object)
	}
}

func decode(t *testing.T, object []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(object, into); err != nil {
		t.Fatalf("%v\n%s", err, object)
	}
}
