package main

import (
	"cmp"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

type versionResult struct {
	Version  string       `json:"version"`
	Commit   string       `json:"commit,omitempty"`   // "" if the build did not record it
	Modified *bool        `json:"modified,omitempty"` // whether the commit had local changes; with Commit
	Go       string       `json:"go"`
	OS       string       `json:"os"`
	Arch     string       `json:"arch"`
	Commands *[]versionOf `json:"commands,omitempty"` // with -v
}

type versionOf struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Version string `json:"version,omitempty"`
	Same    bool   `json:"same"`
}

func doVersion(env *environment, o options) error {
	info, _ := env.buildInfo()
	if info == nil {
		info = &debug.BuildInfo{}
	}
	result := versionResult{Version: env.version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	text := "nrepo " + result.Version + "\n"
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if result.Commit = settings["vcs.revision"]; result.Commit != "" {
		modified := settings["vcs.modified"] == "true"
		result.Modified = &modified
		text += "commit " + result.Commit + map[bool]string{true: " with local changes"}[modified] + "\n"
	}
	text += result.Go + " " + result.OS + "/" + result.Arch + "\n"
	warnings := ""
	if o.verbose {
		result.Commands = &[]versionOf{}
		text += "\n"
		l, reader := newLookup(env), progfile.NewReader()
		for _, official := range officials {
			if official.program() != official.name {
				continue // a link
			}
			line := "not installed"
			if f, ok := l.Find(official.name); ok {
				facts := reader.ReadOfficial(f.Path)
				line = cmp.Or(facts.Version, "version unknown")
				same := info.Main.Path != "" && facts.Module == info.Main.Path && facts.Version == result.Version
				if !same {
					warnings += "nrepo: warning: " + termtext.Line(f.Path) + " has another version than nrepo\n"
				}
				*result.Commands = append(*result.Commands, versionOf{f.Name, f.Path, facts.Version, same})
			}
			text += "  " + pad(official.name, len("sandbox")) + "  " + line + "\n"
		}
	}
	if o.json {
		text = document(result, "  ")
	}
	if err := show(env, text); err != nil {
		return err
	}
	io.WriteString(env.stderr, warnings)
	return nil
}
