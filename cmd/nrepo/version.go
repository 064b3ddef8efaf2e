package main

import (
	"io"
	"runtime"
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
	number, own := env.version(), env.build()
	result := object{{"version", number}}
	if own.commit != "" {
		result.add("commit", own.commit)
		result.add("modified", own.modified)
	}
	result.add("go", runtime.Version())
	result.add("os", runtime.GOOS)
	result.add("arch", runtime.GOARCH)

	var b, warnings strings.Builder
	b.WriteString("nrepo " + number + "\n")
	if own.commit != "" {
		b.WriteString("commit " + own.commit)
		if own.modified {
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
				same := own.module != "" && e.facts.module == own.module && e.facts.version == number
				if !same {
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

// version is the version of nrepo: the one linked in, else the one that the Go
// command recorded.
func (env *environment) version() string {
	if v := version.Linked(); v != "" {
		return v
	}
	if v := env.build().version; v != "" {
		return v
	}
	return "(devel)"
}

// build reads what the Go command recorded of nrepo from its own file.
// runtime/debug has the same in memory, but brings package fmt into the
// program, a tenth of its size.
func (env *environment) build() build {
	return newInspector().file(env.executable, wanted{module: true}).build
}
