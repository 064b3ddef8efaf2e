package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/dist/image"
)

// image writes the container image, if the release has programs for Linux.
func (d *dist) image() error {
	i := image.Image{Version: d.version, Time: d.time, Bin: map[string]string{}}
	var archs, programs []string
	for _, p := range d.platforms {
		if p.os == "linux" {
			archs, i.Bin[p.arch] = append(archs, p.arch), p.bin
			for _, name := range image.Programs {
				programs = append(programs, p.program(name))
			}
		}
	}
	if len(archs) == 0 {
		return nil
	}
	deps, err := modules(programs...)
	if err != nil {
		return err
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, m := range build.Deps {
			if m.Path == image.AuthoritiesModule {
				deps = append(deps, m)
			}
		}
	}
	others, err := licensesOf(deps)
	if err != nil {
		return err
	}
	ours, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	i.Licenses = map[string][]byte{"LICENSE": ours, "THIRD-PARTY-LICENSES": []byte(others)}
	var tar bytes.Buffer
	if err := i.Write(&tar, archs...); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.out, d.name("image.tar")), tar.Bytes(), 0o644)
}
