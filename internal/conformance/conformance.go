// Package conformance has the rules of docs/plugin-contract.md for plugins, and tests whether
// an executable follows them. pkg/nrepotest and "nrepo sandbox check" use it, so it does not
// import testing.
package conformance

import (
	"path/filepath"
	"strings"
)

// Rule is one rule of the contract.
type Rule struct {
	Name  string // one or two words
	Says  string // what a plugin must do
	check func(*trial)
	// needsArgs is true for a rule that can only be tested with Args.
	needsArgs bool
}

// Check runs the plugin a few times, each time with its own sandbox. It returns how the plugin
// breaks the rule, in sentences, or nil if it follows the rule. The plugin must not show the
// credential in any run. A run may take 30 seconds.
func (r Rule) Check(p Plugin) (problems []string) {
	if !r.Tried(p) {
		return nil
	}
	var err error
	if p.Path, err = filepath.Abs(p.Path); err != nil {
		return []string{err.Error()}
	}
	t := &trial{Plugin: p}
	r.check(t)
	return t.problems
}

// Tried reports whether the rule can be tested with p.
func (r Rule) Tried(p Plugin) bool { return p.Args != nil || !r.needsArgs }

// Rules returns all rules, in the order of the report.
func Rules() []Rule { return rules }

var rules = []Rule{
	{Name: "help", Says: "--help prints to stdout, nothing to stderr, and exits 0", check: func(c *trial) {
		for _, stdin := range []stdin{empty, closed} {
			r := c.run(call{args: []string{"--help"}, stdin: stdin})
			c.want(r.code == 0, "--help", "exits with %d, want 0", r.code)
			c.want(r.stdout != "", "--help", "prints nothing to stdout")
			c.want(r.stderr == "", "--help", "prints %q to stderr", r.stderr)
		}
	}},
	{Name: "wrong use", Says: "an unknown flag exits 2, with a message on stderr and no result", check: func(c *trial) {
		r := c.run(call{args: []string{"--no-such-flag"}})
		c.want(r.code == 2, "an unknown flag", "exits with %d, want 2", r.code)
		c.want(r.stdout == "", "an unknown flag", "prints %q to stdout", r.stdout)
		c.want(r.stderr != "", "an unknown flag", "has no message on stderr")
	}},
	{Name: "result", Says: "the usual work succeeds, also with stdin closed", check: func(c *trial) {
		for _, stdin := range []stdin{given, closed} {
			if stdin == closed && c.Stdin != nil {
				continue
			}
			r := c.run(call{args: c.Args, stdin: stdin})
			c.want(r.code == 0, "its work", "exits with %d, want 0: %s", r.code, r.stderr)
		}
	}, needsArgs: true},
	{Name: "json", Says: "with NEURALREPO_OUTPUT=json the result is JSON, one document or one per line, or nothing", check: func(c *trial) {
		r := c.run(call{args: c.Args, stdin: given, json: true})
		c.want(r.code == 0 || c.Args == nil, "its work", "exits with %d, want 0: %s", r.code, r.stderr)
		c.jsonForm("its work", r)
	}},
	{Name: "json error", Says: "with NEURALREPO_OUTPUT=json an error is one line of JSON on stderr, with the fields error and code, and there is no result", check: func(c *trial) {
		r := c.run(call{args: []string{"--no-such-flag"}, json: true})
		c.want(r.code == 2, "an unknown flag", "exits with %d, want 2", r.code)
		c.jsonForm("an unknown flag", r)
	}},
	{Name: "credential", Says: "without a credential, or with a rejected one, an error has that form too", check: func(c *trial) {
		c.jsonForm("no credential", c.run(call{args: c.Args, stdin: given, json: true, key: "none"}))
		c.jsonForm("a rejected credential", c.run(call{args: c.Args, stdin: given, json: true, key: "rejected"}))
	}},
	{Name: "closed pipe", Says: "when its stdout pipe is closed, it prints no error message", check: func(c *trial) {
		lines := [][]string{{"--help"}}
		if c.Args != nil {
			lines = append(lines, c.Args)
		}
		for _, args := range lines {
			read := c.run(call{args: args, stdin: given})
			unread := c.run(call{args: args, stdin: given, unread: true})
			c.want(strings.HasPrefix(read.stderr, unread.stderr), "a closed pipe", "makes it print %q to stderr", unread.stderr)
		}
	}},
}
