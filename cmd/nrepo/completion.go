package main

func doCompletion(env *environment, o options) error {
	if len(o.args) == 0 {
		return usageError("completion needs a shell: bash, zsh or fish", "run `nrepo completion --help` for its usage")
	}
	script, err := texts.ReadFile("completions/nrepo." + o.args[0])
	if err != nil {
		return usageError("no completion for "+showArg(o.args[0]), "choose bash, zsh or fish")
	}
	return show(env, string(script))
}
