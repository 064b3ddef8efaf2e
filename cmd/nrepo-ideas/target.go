package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/lockfile"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// lockTarget locks a file or directory against other exports and updates until unlock
// is called.
func lockTarget(env *plugin.Env, to string) (unlock func(), err error) {
	state, err := env.StateDir(directory)
	if err != nil {
		return nil, err
	}
	state = filepath.Join(state, "exports")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, fileError(err)
	}
	path, err := filepath.Abs(to)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	lock, err := lockfile.Take(filepath.Join(state, sum([]byte(path))[:16]+".lock"))
	if errors.Is(err, lockfile.ErrBusy) {
		return nil, fmt.Errorf("%s: another export or update is using it", to)
	}
	if err != nil {
		return nil, fileError(err)
	}
	return func() { lock.Release() }, nil
}
