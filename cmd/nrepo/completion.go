package main

import _ "embed"

//go:embed completions/nrepo.bash
var bashScript string

//go:embed completions/nrepo.zsh
var zshScript string

//go:embed completions/nrepo.fish
var fishScript string

func completionBuiltin() *builtin {
	return &builtin{"completion", "Print a completion script for a shell", "", 1, doCompletion}
}

func doCompletion(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("completion needs a shell: bash, zsh or fish", "see nrepo completion --help")
	}
	switch o.args[0] {
	case "bash":
		return show(env, bashScript)
	case "zsh":
		return show(env, zshScript)
	case "fish":
		return show(env, fishScript)
	}
	return usageError("no completion for "+showArg(o.args[0]), "there is one for bash, zsh and fish")
}
