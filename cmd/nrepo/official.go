package main

import "strings"

// official is a command that belongs to NeuralRepo.
type official struct {
	name    string
	summary string
	group   string // of the help screen
}

// Groups of the help screen, in its order.
const (
	groupIdeas = "ideas"
	groupLogin = "login"
	groupTools = "for scripts and plugins"
)

// ideasProgram is the one program behind the links of most commands on ideas.
const ideasProgram = "ideas"

// installLine is how a command is installed; NAME stands for it. A package sets
// its own at link time:
//
//	go build -ldflags "-X 'main.installLine=apt install ./nrepo-NAME_*_amd64.deb'"
var installLine = "go install github.com/nrepo-cli/nrepo/cmd/nrepo-NAME@latest"

// linkLine makes the links to the ideas program.
const linkLine = "nrepo ideas --install"

// program is the file behind a command: its own, or the ideas program.
func (o official) program() string {
	if o.group == groupIdeas && o.name != "push" {
		return ideasProgram
	}
	return o.name
}

// install is the line that installs the command.
func (o official) install() string {
	line := strings.Replace(installLine, "NAME", o.program(), 1)
	if o.program() != o.name && strings.HasPrefix(line, "go install") { // a package has the links
		line += " && " + linkLine
	}
	return line
}

// officials are the official commands in the order of the lists.
var officials = []official{
	{"push", "Capture an idea", groupIdeas},
	{"log", "List ideas, newest first", groupIdeas},
	{"search", "Search ideas by meaning or by words", groupIdeas},
	{"show", "Show an idea with its body, links and relations", groupIdeas},
	{"edit", "Edit the title, body, tags or status of an idea", groupIdeas},
	{"move", "Change the status of ideas", groupIdeas},
	{"tag", "Add and remove tags, or list them", groupIdeas},
	{"rm", "Archive ideas", groupIdeas},
	{"link", "Relate one idea to another", groupIdeas},
	{"unlink", "Remove the relations between two ideas", groupIdeas},
	{"links", "List the relations of an idea", groupIdeas},
	{"graph", "Draw the ideas around an idea", groupIdeas},
	{"branch", "Capture an idea that grows out of another", groupIdeas},
	{"merge", "Merge one idea into another", groupIdeas},
	{"diff", "Show how two ideas differ", groupIdeas},
	{"duplicate", "List possible duplicates, and dismiss or merge them", groupIdeas},
	{"pull", "Write an idea to files to work on", groupIdeas},
	{"status", "Count ideas by status", groupIdeas},
	{"export", "Write ideas to a file or a directory", groupIdeas},
	{"import", "Import ideas from a file or a directory", groupIdeas},
	{"login", "Log in with the browser or an API key", groupLogin},
	{"logout", "Log out and forget the stored credential", groupLogin},
	{"whoami", "Show who is logged in", groupLogin},
	{"key", "List, create and revoke API keys", groupLogin},
	{"api", "Make an authenticated API request", groupTools},
	{"token", "Print the credential in effect", groupTools},
	{"sandbox", "Run a local NeuralRepo for demos and tests", groupTools},
	{ideasProgram, "Install and list the idea commands", groupTools},
}

// findOfficial returns the official command with a name, or nil.
func findOfficial(name string) *official {
	for i := range officials {
		if officials[i].name == name {
			return &officials[i]
		}
	}
	return nil
}

// reserved reports whether a name may become an official command later. A
// third-party command may use it today, but should choose another.
func reserved(name string) bool {
	switch name {
	case "config", "alias", "plugin", "install", "upgrade", "auth", "exec", "profile", "doctor", "sync", "undo", "web", "mcp":
		return true
	}
	return false
}

// familiar returns our name for a command of git, gh, npm or the service's npm
// package, or "".
func familiar(word string) string {
	switch word {
	case "auth", "signin", "sign-in", "log-in", "auth-login":
		return "login"
	case "signout", "sign-out", "log-out", "auth-logout":
		return "logout"
	case "me", "user", "auth-status", "who":
		return "whoami"
	case "auth-token":
		return "token"
	case "list", "ls", "ll", "history", "issue-list":
		return "log"
	case "new", "create", "add", "capture", "commit", "idea", "issue-create":
		return "push"
	case "find", "grep", "query":
		return "search"
	case "view", "cat", "get", "open":
		return "show"
	case "update", "set":
		return "edit"
	case "mv", "close":
		return "move"
	case "delete", "del", "remove", "archive":
		return "rm"
	case "label", "tags":
		return "tag"
	case "relate":
		return "link"
	case "tree", "map":
		return "graph"
	case "fork":
		return "branch"
	case "stats":
		return "status"
	case "backup":
		return "export"
	case "restore":
		return "import"
	case "keys", "api-key":
		return "key"
	case "request", "curl":
		return "api"
	case "server", "serve":
		return "sandbox"
	case "plugins", "extension", "extensions":
		return "commands"
	case "man":
		return "help"
	}
	return ""
}
