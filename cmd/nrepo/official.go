package main

import (
	"slices"
	"strings"
)

// official is a command that belongs to NeuralRepo.
type official struct {
	name    string
	summary string
	group   string
	also    string // its names in git, gh, npm and the service's npm package
}

// Groups of commands in the lists, in their order.
const (
	groupIdeas   = "ideas"
	groupLogin   = "login"
	groupTools   = "for scripts and plugins"
	groupOther   = "other commands"
	groupBuiltin = "built in"
)

// ideasProgram is the program of most commands for ideas, which are links to it.
const ideasProgram = "ideas"

// installLine is the command that installs a command; NAME stands for its name. A package
// sets its own at link time:
//
//	go build -ldflags "-X 'main.installLine=apt install ./nrepo-NAME_*_amd64.deb'"
var installLine = "go install github.com/nrepo-cli/nrepo/cmd/nrepo-NAME@latest"

// linkLine is the command that makes the links to the ideas program.
const linkLine = "nrepo ideas --install"

// program returns the program of a command: its own, or the ideas program.
func (o official) program() string {
	if o.group == groupIdeas && o.name != "push" {
		return ideasProgram
	}
	return o.name
}

// install returns the command line that installs the command.
func (o official) install() string {
	line := strings.Replace(installLine, "NAME", o.program(), 1)
	if o.program() != o.name && strings.HasPrefix(line, "go install") { // packages contain the links
		line += " && " + linkLine
	}
	return line
}

// officials are the official commands in the order of the lists.
var officials = []official{
	{"push", "Capture an idea", groupIdeas, "new create add capture commit idea issue-create"},
	{"log", "List ideas, newest first", groupIdeas, "list ls ll history issue-list"},
	{"search", "Search ideas by meaning or by words", groupIdeas, "find grep query"},
	{"show", "Show an idea with its body, links and relations", groupIdeas, "view cat get open"},
	{"edit", "Edit the title, body, tags or status of an idea", groupIdeas, "update set"},
	{"move", "Change the status of ideas", groupIdeas, "mv close"},
	{"tag", "Add and remove tags, or list them", groupIdeas, "label tags"},
	{"rm", "Archive ideas", groupIdeas, "delete del remove archive"},
	{"link", "Relate one idea to another", groupIdeas, "relate"},
	{"unlink", "Remove the relations between two ideas", groupIdeas, ""},
	{"links", "List the relations of an idea", groupIdeas, ""},
	{"graph", "Draw the ideas around an idea", groupIdeas, "tree map"},
	{"branch", "Capture an idea that grows out of another", groupIdeas, "fork"},
	{"merge", "Merge one idea into another", groupIdeas, ""},
	{"diff", "Show how two ideas differ", groupIdeas, ""},
	{"duplicate", "List possible duplicates, and dismiss or merge them", groupIdeas, ""},
	{"pull", "Write an idea and its relations to files", groupIdeas, ""},
	{"status", "Count ideas by status", groupIdeas, "stats"},
	{"export", "Write ideas to a file or a directory", groupIdeas, "backup"},
	{"import", "Import ideas from a file or a directory", groupIdeas, "restore"},
	{"login", "Log in with the browser or an API key", groupLogin, "auth signin sign-in log-in auth-login"},
	{"logout", "Log out and forget the stored credential", groupLogin, "signout sign-out log-out auth-logout"},
	{"whoami", "Show who is logged in", groupLogin, "me user auth-status who"},
	{"key", "List, create and revoke API keys", groupLogin, "keys api-key"},
	{"api", "Make an authenticated API request", groupTools, "request curl"},
	{"token", "Print the credential that commands use", groupTools, "auth-token"},
	{"sandbox", "Run a local NeuralRepo for demos and tests", groupTools, "server serve"},
	{ideasProgram, "Install and list the idea commands", groupTools, ""},
}

func findOfficial(name string) *official {
	i := slices.IndexFunc(officials, func(o official) bool { return o.name == name })
	if i < 0 {
		return nil
	}
	return &officials[i]
}

// reserved reports whether a name may become an official command later. A
// third-party command may use it today, but should choose another.
func reserved(name string) bool {
	return slices.Contains([]string{"config", "alias", "plugin", "install", "upgrade", "auth", "exec", "profile", "doctor", "sync", "undo", "web", "mcp"}, name)
}

// familiar returns our name for a command of git, gh, npm or the service's npm package, or
// "".
func familiar(word string) string {
	for _, o := range officials {
		if slices.Contains(strings.Fields(o.also), word) {
			return o.name
		}
	}
	switch word {
	case "plugin", "plugins", "extension", "extensions":
		return "commands"
	case "man":
		return "help"
	case "env", "environment":
		return "help environment"
	}
	return ""
}
