package main

import (
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/version"
)

const versionHelp = `usage: nrepo version [-v] [--json | --human]

Show the version of nrepo and how it was built.

flags:
  -v, --verbose   also show the versions of the official commands installed, and
                  warn of those that differ from nrepo's
  --json          print JSON
  --human         print text

example:
  nrepo version -v
`

// doVersion shows the version. The JSON shape is
//
//	{
//	  "version": "v1.2.3",
//	  "commit": "092db67…",     // left out when the build did not record it
//	  "modified": false,        // whether the commit had local changes; with commit
//	  "go": "go1.26.8",
//	  "os": "linux",
//	  "arch": "amd64",
//	  "commands": [{"name": "push", "path": "…", "version": "v1.2.3", "same": true}]  // with -v
//	}
func doVersion(env *environment, o options) error {
	result := object{{"version", version.String()}}
	info, _ := debug.ReadBuildInfo()
	var commit, modified string
	if info != nil {
		commit, modified = setting(info, "vcs.revision"), setting(info, "vcs.modified")
	}
	if commit != "" {
		result.add("commit", commit)
		result.add("modified", modified == "true")
	}
	result.add("go", runtime.Version())
	result.add("os", runtime.GOOS)
	result.add("arch", runtime.GOARCH)

	var b, warnings strings.Builder
	b.WriteString("nrepo " + version.String() + "\n")
	if commit != "" {
		b.WriteString("commit " + commit)
		if modified == "true" {
			b.WriteString(" with local changes")
		}
		b.WriteByte('\n')
	}
	b.WriteString(runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n")

	if o.verbose {
		r, err := newResolver(env)
		if err != nil {
			return err
		}
		c := newCatalog(r, true)
		width := nameWidth(c.official)
		commands := []object{}
		b.WriteByte('\n')
		for _, e := range c.official {
			line := "not installed"
			if e.installed() {
				line = e.facts.version
				if line == "" {
					line = "version unknown"
				}
				same := info != nil && e.facts.module == info.Main.Path && e.facts.version == info.Main.Version
				if same {
					line = version.String()
				} else {
					warnings.WriteString("nrepo: warning: " + shown(e.file.path) + " is of another version than nrepo\n")
				}
				o := object{{"name", e.name}, {"path", e.file.path}}
				o.add("version", e.facts.version)
				o.add("same", same)
				commands = append(commands, o)
			}
			b.WriteString("  " + pad(e.name, width) + "  " + line + "\n")
		}
		result.add("commands", commands)
	}
	text := b.String()
	if o.json {
		text = result.document()
	}
	if err := env.print(text); err != nil {
		return err
	}
	io.WriteString(env.stderr, warnings.String())
	return nil
}

// setting returns a setting of the build, "" when it was not recorded.
func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
