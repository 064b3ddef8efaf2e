package main

import (
	"context"
	"flag"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// optional is the value of a flag that may be left out, which is something else than
// given and empty.
type optional struct{ value *string }

func (o *optional) String() string {
	if o == nil || o.value == nil {
		return ""
	}
	return *o.value
}

func (o *optional) Set(text string) error {
	o.value = &text
	return nil
}

func stringFlag(fs *flag.FlagSet, name, usage string) *optional {
	o := &optional{}
	fs.Var(o, name, usage)
	return o
}

// bodyFlags are the two ways to give a body.
type bodyFlags struct{ text, file *optional }

func (b *bodyFlags) register(fs *flag.FlagSet) {
	b.text = stringFlag(fs, "body", "the body: `TEXT`, or - for stdin")
	b.file = stringFlag(fs, "body-file", "the body, read from `FILE`")
}

// maxBodyFile bounds what is read; the service's limit of 50,000 characters is
// checked afterwards.
const maxBodyFile = 4 << 20 // bytes

// read returns the body, nil where none was given. --body "" is an empty body; an
// empty stdin is wrong use, as of a program that failed.
func (b *bodyFlags) read(ctx context.Context, env *plugin.Env) (*string, error) {
	file := ""
	switch {
	case b.text.value != nil && b.file.value != nil:
		return nil, plugin.Usagef("--body and --body-file cannot be used together")
	case b.file.value != nil:
		if file = *b.file.value; file == "" {
			return nil, plugin.Usagef("--body-file is empty: is the variable set?")
		}
	case b.text.value == nil || *b.text.value != "-":
		return b.text.value, nil
	default:
		file = "-"
	}
	doc, err := env.ReadInput(ctx, file, maxBodyFile)
	if err != nil {
		return nil, err
	}
	if file == "-" && len(doc) == 0 {
		return nil, plugin.Usagef("stdin was empty; --body \"\" makes an empty body")
	}
	body := string(doc)
	return &body, nil
}
