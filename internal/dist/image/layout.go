// Package image writes the container image of a release.
package image

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/nrepo-cli/nrepo/internal/dist/archive"
)

// layout collects the files of an OCI image layout,
// https://specs.opencontainers.org/image-spec/image-layout/.
type layout struct {
	time  time.Time // of every file
	files []archive.Entry
}

// blob adds a blob, unless the layout already has it, and returns its descriptor.
func (l *layout) blob(mediaType string, data []byte) v1.Descriptor {
	d := v1.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))}
	name := v1.ImageBlobsDir + "/" + d.Digest.Algorithm().String() + "/" + d.Digest.Encoded()
	if !slices.ContainsFunc(l.files, func(e archive.Entry) bool { return e.Name == name }) {
		l.files = append(l.files, archive.Entry{Name: name, Mode: 0o644, Data: data})
	}
	return d
}

// object adds a JSON object as a blob.
func (l *layout) object(mediaType string, object any) (v1.Descriptor, error) {
	data, err := json.Marshal(object)
	return l.blob(mediaType, data), err
}

// manifest adds an image for one platform. Each layer is a list of files.
func (l *layout) manifest(config v1.Image, annotations map[string]string, layers ...[]archive.Entry) (v1.Descriptor, error) {
	m := v1.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageManifest, Annotations: annotations}
	config.RootFS.Type = "layers"
	for _, files := range layers {
		var plain, packed bytes.Buffer
		if err := archive.Tar(&plain, files, l.time); err != nil {
			return v1.Descriptor{}, err
		}
		if err := archive.TarGz(&packed, files, l.time); err != nil {
			return v1.Descriptor{}, err
		}
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, digest.FromBytes(plain.Bytes()))
		m.Layers = append(m.Layers, l.blob(v1.MediaTypeImageLayerGzip, packed.Bytes()))
	}
	var err error
	if m.Config, err = l.object(v1.MediaTypeImageConfig, config); err != nil {
		return v1.Descriptor{}, err
	}
	d, err := l.object(v1.MediaTypeImageManifest, m)
	d.Platform = &v1.Platform{OS: config.OS, Architecture: config.Architecture, Variant: config.Variant}
	return d, err
}

// write adds an index of the images for all platforms, and writes the layout as a
// tar. The index is the only image in it, with a name and a tag.
func (l *layout) write(w io.Writer, name, tag string, annotations map[string]string, platforms []v1.Descriptor) error {
	index := func(manifests ...v1.Descriptor) v1.Index {
		return v1.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex, Manifests: manifests}
	}
	all := index(platforms...)
	all.Annotations = annotations
	one, err := l.object(v1.MediaTypeImageIndex, all)
	if err != nil {
		return err
	}
	one.Annotations = map[string]string{v1.AnnotationRefName: tag,
		"io.containerd.image.name": name + ":" + tag} // Docker and Podman load it by this name
	for file, object := range map[string]any{
		v1.ImageLayoutFile: v1.ImageLayout{Version: v1.ImageLayoutVersion},
		v1.ImageIndexFile:  index(one),
	} {
		data, err := json.Marshal(object)
		if err != nil {
			return err
		}
		l.files = append(l.files, archive.Entry{Name: file, Mode: 0o644, Data: data})
	}
	for _, dir := range []string{v1.ImageBlobsDir + "/", v1.ImageBlobsDir + "/" + digest.SHA256.String() + "/"} {
		l.files = append(l.files, archive.Entry{Name: dir, Mode: 0o755})
	}
	return archive.Tar(w, l.files, l.time)
}
