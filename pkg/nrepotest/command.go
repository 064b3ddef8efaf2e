package nrepotest

import (
	"bytes"
	"context"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// Command is a command of this program, to run in the test.
type Command struct {
	Name  string                                   // name without nrepo, such as "key"
	Run   func(context.Context, *plugin.Env) error // as for plugin.Main
	Args  []string                                 // arguments after the name
	Stdin string                                   // content of stdin
	Vars  []string                                 // more variables, as NAME=VALUE; they override those of the server
}

// Execute runs a command of this program in this process, logged in at the sandbox
// by NEURALREPO_API_KEY, with human output. Its environment is that of
// [Server.Environ], without the variables of the test itself.
func (s *Server) Execute(c Command) (stdout, stderr string, code int) {
	return c.execute([]string{
		"NEURALREPO_API_KEY=" + s.APIKey,
		"NEURALREPO_API_URL=" + s.APIURL,
		"XDG_CONFIG_HOME=" + s.Getenv("XDG_CONFIG_HOME"),
		"XDG_STATE_HOME=" + s.Getenv("XDG_STATE_HOME"),
		"XDG_CACHE_HOME=" + s.Getenv("XDG_CACHE_HOME"),
	})
}

func (c Command) execute(vars []string) (stdout, stderr string, code int) {
	environ := map[string]string{"NEURALREPO_OUTPUT": "human"}
	for _, v := range append(vars, c.Vars...) {
		name, value, _ := strings.Cut(v, "=")
		environ[name] = value
	}
	var out, errs bytes.Buffer
	env := &plugin.Env{
		Name:   "nrepo " + c.Name,
		Args:   c.Args,
		Stdin:  strings.NewReader(c.Stdin),
		Stdout: &out,
		Stderr: &errs,
		Getenv: func(name string) string { return environ[name] },
	}
	code = env.Report(c.Run(context.Background(), env))
	return out.String(), errs.String(), code
}
