package main

import (
	"context"
	"flag"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// textFlag is a flag whose value is nil if it is not given.
func textFlag(fs *flag.FlagSet, value **string, name, usage string) {
	fs.Func(name, usage, func(text string) error {
		*value = &text
		return nil
	})
}

// bodyFlags are the two flags that give a body.
type bodyFlags struct {
	text *string
	file string
}

func (b *bodyFlags) register(env *plugin.Env, fs *flag.FlagSet) {
	env.MayBeEmpty = []string{"body"} // --body "" removes the body
	textFlag(fs, &b.text, "body", "the body text, in Markdown: `TEXT`, or - to read stdin")
	fs.StringVar(&b.file, "body-file", "", "read the body text from `FILE`; - is stdin")
}

// maxBodyFile limits what is read; the service's limit of 50,000 characters is
// checked afterwards.
const maxBodyFile = 4 << 20 // bytes

// read returns the body, or nil if none was given.
func (b *bodyFlags) read(ctx context.Context, env *plugin.Env) (*string, error) {
	file := b.file
	switch {
	case b.text != nil && file != "":
		return nil, plugin.Usagef("--body and --body-file cannot be used together")
	case b.text != nil && *b.text == "-":
		file = "-"
	case file == "":
		return b.text, nil
	}
	doc, err := env.ReadInput(ctx, file, maxBodyFile)
	if err != nil {
		return nil, err
	}
	body := string(doc)
	return &body, nil
}
