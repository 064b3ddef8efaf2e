package conformance

import "github.com/nrepo-cli/nrepo/internal/sandbox"

// Plugin is an executable to be checked.
type Plugin struct {
	// Path is the executable. Its name must be nrepo- and the name of the command.
	Path string
	// Args make the plugin do its usual work on a new sandbox, and must succeed. They
	// must not select a format. If nil, the plugin is run without arguments, and may
	// report an error in the right form.
	Args []string
	// Stdin returns the standard input for Args, for a sandbox whose
	// private directory is dir. If nil, it is empty.
	Stdin func(s *sandbox.Server, dir string) string
	// Exe is the path of nrepo for NREPO_EXE; "" for none.
	Exe string
	// ShowsSecret is for a plugin whose result is the credential.
	ShowsSecret bool
}
