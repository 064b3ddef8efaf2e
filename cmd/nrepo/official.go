package main

import "strings"

// official is a command that belongs to NeuralRepo, each a program of its own.
type official struct {
	name    string
	summary string
}

// installLine is how a command is installed; NAME stands for it. A package sets
// its own at link time:
//
//	go build -ldflags "-X 'main.installLine=apt install ./nrepo-NAME_*_amd64.deb'"
var installLine = "go install github.com/nrepo-cli/nrepo/cmd/nrepo-NAME@latest"

// install is the line that installs the command.
func (o official) install() string { return strings.Replace(installLine, "NAME", o.name, 1) }

// officials returns the official commands in the order of the help screen.
func officials() []official {
	return []official{
		{"login", "Log in with the browser or an API key"},
		{"logout", "Log out and forget the stored credential"},
		{"whoami", "Show who is logged in"},
		{"key", "List, create and revoke API keys"},
		{"push", "Capture an idea"},
		{"api", "Make an authenticated API request"},
		{"token", "Print the credential in effect"},
		{"sandbox", "Run a local NeuralRepo for demos and tests"},
	}
}

// findOfficial returns the official command of a name, nil if there is none.
func findOfficial(name string) *official {
	for _, o := range officials() {
		if o.name == name {
			return &o
		}
	}
	return nil
}

// keptBack reports whether a name may become an official command later. A
// third-party command may have it today and should take another.
func keptBack(name string) bool {
	switch name {
	case "search", "log", "show", "edit", "move", "tag", "link", "links", "unlink", "merge", "graph", "diff", "branch",
		"pull", "status", "rm", "duplicate", "config", "alias", "plugin", "install", "upgrade", "auth", "exec":
		return true
	}
	return false
}
