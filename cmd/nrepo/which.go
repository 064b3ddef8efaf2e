package main

import (
	"io"
	"strings"
)

const whichHelp = `usage: nrepo which [-a] [--json | --human] <command>

Print the path of the file that a command is.

flags:
  -a, --all   show every file of that name, in order, and why one is passed over
  --json      print JSON, with all that -a shows
  --human     print text

examples:
  nrepo which push
  nrepo which -a push
`

// doWhich shows the file that a command is. The JSON shape is
//
//	{
//	  "name": "push",
//	  "origin": "official",            // as in commands
//	  "path": "/usr/bin/nrepo-push",   // left out for a built-in
//	  "note": "…",                     // what a user should know, if anything
//	  "files": [{"path": "/usr/bin/nrepo-push", "origin": "official", "runs": true},
//	            {"path": "/opt/nrepo-push", "origin": "path", "runs": false, "reason": "shadowed"}]
//	}
//
// Where no file of the name runs it fails as running the command would, but
// with -a and in JSON files that are passed over are shown, exit code 126.
func doWhich(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("which needs a command's name", "see nrepo which --help")
	}
	name := o.args[0]
	builtin := findBuiltin(name) != nil
	if builtin && !o.all && !o.json {
		return env.print(name + " is built in\n")
	}
	if err := checkName(name); err != nil {
		return err
	}
	r, err := newResolver(env)
	if err != nil {
		return err
	}
	found, failed := candidate{origin: originBuiltin}, error(nil)
	if !builtin {
		found, failed = r.find(name)
	}
	if failed != nil && !o.all {
		return failed
	}
	if !o.all && !o.json {
		if note := found.note(); note != "" {
			io.WriteString(env.stderr, "nrepo: note: "+note+"\n")
		}
		return env.print(shown(found.path) + "\n")
	}
	files := []object{}
	var b strings.Builder
	if builtin {
		b.WriteString(name + " is built in\n")
	}
	for _, c := range r.all(name) {
		reason := c.problem
		runs := failed == nil && c.path == found.path
		if builtin {
			reason, _ = refusedName(name, true)
		} else if reason == "" && !runs {
			reason = "shadowed"
		}
		file := object{{"path", c.path}, {"origin", string(c.origin)}, {"runs", runs}}
		file.add("reason", reason)
		files = append(files, file)
		b.WriteString(shown(c.path))
		if runs {
			reason = c.note()
		}
		if reason != "" {
			b.WriteString(" (" + reason + ")")
		}
		b.WriteByte('\n')
	}
	text := b.String()
	if o.json {
		if failed != nil {
			return failed
		}
		result := object{{"name", name}, {"origin", string(found.origin)}}
		result.add("path", found.path)
		result.add("note", found.note())
		result.add("files", files)
		text = result.document()
	}
	if err := env.print(text); err != nil {
		return err
	}
	return failed
}
