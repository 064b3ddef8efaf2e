package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/importer"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// sources finds the format of each file. It first copies stdin to a file, because
// everything is checked before anything is sent.
func (o importOptions) sources(ctx context.Context, env *plugin.Env, state string) (list []record.Source, cleanUp func(), err error) {
	var temporary []string
	cleanUp = func() {
		for _, path := range temporary {
			os.Remove(path)
		}
	}
	for _, name := range o.names {
		s := record.Source{Path: name, Name: name, Format: o.format, Warn: env.Warn}
		if o.delimiter != "" {
			s.Delimiter = []rune(o.delimiter)[0]
		}
		switch {
		case name == "-" && len(temporary) > 0:
			return nil, cleanUp, plugin.Usagef("stdin is given twice")
		case name == "-":
			if s.Path, s.Identity, err = spool(ctx, env, state); err != nil {
				return nil, cleanUp, err
			}
			temporary = append(temporary, s.Path)
			s.Name = "stdin"
			if s.Format == "" {
				s.Format = "jsonl"
			}
		case s.Format == "":
			if s.Format, err = record.FormatOf(name); err != nil {
				return nil, cleanUp, plugin.Usagef("%w", fileError(err))
			}
			fallthrough
		default:
			if s.Identity, err = filepath.Abs(name); err == nil { // the same file has the same journal, for every path to it
				s.Identity, err = filepath.EvalSymlinks(s.Identity)
			}
			if err != nil {
				return nil, cleanUp, plugin.Usagef("%w", fileError(err))
			}
		}
		list = append(list, s)
	}
	return list, cleanUp, namedOnce(list)
}

// namedOnce returns an error if one source contains another.
func namedOnce(list []record.Source) error {
	names := map[string]string{} // by identity
	for _, s := range list {
		if _, twice := names[s.Identity]; twice {
			return plugin.Usagef("%s is given twice", s.Name)
		}
		names[s.Identity] = s.Name
	}
	for _, s := range list {
		if in, twice := names[filepath.Dir(s.Identity)]; twice {
			return plugin.Usagef("%s is in %s, which is also given", s.Name, in)
		}
	}
	return nil
}

// spool copies stdin to a file and also returns the hash of the content.
func spool(ctx context.Context, env *plugin.Env, state string) (path, hash string, err error) {
	f, err := os.CreateTemp(state, "stdin-*")
	if err != nil {
		return "", "", fileError(err)
	}
	digest := sha256.New()
	err = env.CopyStdin(ctx, io.MultiWriter(f, digest))
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", "", fileError(err)
	}
	return f.Name(), hex.EncodeToString(digest.Sum(nil)), nil
}

// maxFaults is how many faults are listed at most.
const maxFaults = 20

// checkAll reads every file once and warns of each fault.
func checkAll(env *plugin.Env, sources []record.Source) (files []*importer.File, err error) {
	var faults []*record.Fault
	for _, s := range sources {
		f, found, err := importer.Check(s)
		if err != nil {
			return nil, plugin.Usagef("%w", fileError(err))
		}
		files, faults = append(files, f), append(faults, found...)
	}
	if len(faults) == 0 {
		return files, nil
	}
	for _, fault := range faults[:min(len(faults), maxFaults)] {
		env.Warn(fault.Error())
	}
	found := count(len(faults), "problem")
	if len(faults) > maxFaults {
		found += fmt.Sprintf(", of which the first %d are listed", maxFaults)
	}
	return nil, &output.Error{Code: output.CodeUsage, Err: fmt.Errorf("nothing was sent: %s", found), Hint: "correct the file and run the command again"}
}
