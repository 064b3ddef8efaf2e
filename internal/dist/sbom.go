package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The part of CycloneDX 1.6 that is written,
// https://cyclonedx.org/docs/1.6/json/.
type (
	bom struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl,omitempty"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// sbom writes which modules each program contains on any platform, according to its build
// information.
func (d *dist) sbom() error {
	const module = "pkg:golang/github.com/nrepo-cli/nrepo"
	root := component{"application", module + "@" + d.version, "nrepo", d.version, module + "@" + d.version}
	std := library("std", strings.TrimPrefix(runtime.Version(), "go"))
	b := bom{Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata:   metadata{d.time.Format(time.RFC3339), root},
		Components: []component{std}, Dependencies: []dependency{{Ref: root.Ref}}}
	for _, c := range d.commands {
		program := component{"application", c.name + "@" + d.version, c.name, d.version, module + "@" + d.version + "#cmd/" + c.name}
		b.Components = append(b.Components, program)
		b.Dependencies[0].DependsOn = append(b.Dependencies[0].DependsOn, program.Ref)
		needs := dependency{program.Ref, []string{std.Ref}}
		for _, p := range d.platforms {
			deps, err := modules(p.program(c.name))
			if err != nil {
				return err
			}
			for _, m := range deps {
				lib := library(m.Path, m.Version)
				if !slices.Contains(needs.DependsOn, lib.Ref) {
					needs.DependsOn = append(needs.DependsOn, lib.Ref)
				}
				if !slices.Contains(b.Components, lib) {
					b.Components = append(b.Components, lib)
				}
			}
		}
		b.Dependencies = append(b.Dependencies, needs)
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.out, d.name("sbom.cdx.json")), append(data, '\n'), 0o644)
}

func library(path, version string) component {
	purl := "pkg:golang/" + path + "@" + version
	return component{"library", purl, path, version, purl}
}
