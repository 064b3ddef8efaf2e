package main

import (
	"cmp"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/progfile"
)

func versionBuiltin() *builtin {
	return &builtin{"version", "Show the version", "-v --json", 0, doVersion}
}

func doVersion(env *environment, o options) error {
	number := env.version()
	info, _ := env.buildInfo()
	if info == nil {
		info = &debug.BuildInfo{}
	}
	result := versionJSON{Version: number, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	text := "nrepo " + number + "\n"
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; commit != "" {
		modified := settings["vcs.modified"] == "true"
		result.Commit, result.Modified = commit, &modified
		text += "commit " + commit
		if modified {
			text += " with local changes"
		}
		text += "\n"
	}
	text += runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"
	warnings := ""
	if o.verbose {
		l, err := newLookup(env)
		if err != nil {
			return err
		}
		list := only(newCatalog(env, l, detail{versions: true, reader: progfile.NewReader()}).official, func(e entry) bool {
			return findOfficial(e.name).program() == e.name // else a link
		})
		width := nameWidth(list)
		commands := []versionOf{}
		text += "\n"
		for _, e := range list {
			line := "not installed"
			if e.installed() {
				same := info.Main.Path != "" && e.facts.Module == info.Main.Path && e.facts.Version == number
				if !same {
					warnings += "nrepo: warning: " + shown(e.file.Path) + " is of another version than nrepo\n"
				}
				line = cmp.Or(e.facts.Version, "version unknown")
				commands = append(commands, versionOf{e.name, e.file.Path, e.facts.Version, same})
			}
			text += "  " + pad(e.name, width) + "  " + line + "\n"
		}
		result.Commands = &commands
	}
	if o.json {
		text = document(result)
	}
	if err := show(env, text); err != nil {
		return err
	}
	io.WriteString(env.stderr, warnings)
	return nil
}

type versionJSON struct {
	Version  string       `json:"version"`
	Commit   string       `json:"commit,omitempty"`   // "" when the build did not record it
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
