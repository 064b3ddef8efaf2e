package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/importer"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// openJournal opens the journal of a file; with copy, it only reads it. The journal is in
// the directory of the file or, if that is not writable, in the state directory.
func openJournal(ctx context.Context, client *neuralrepo.Client, f *importer.File, state string, copy bool) (err error) {
	cred := client.Credential()
	account := sum([]byte(cred.APIURL + "\x00" + cred.UserID))[:8]
	elsewhere := filepath.Join(state, sum([]byte(f.Identity))[:16]+"-"+account)
	path := f.Identity + "." + account + ".nrepo-import"
	if info, err := os.Stat(f.Path); err == nil && info.IsDir() {
		path = filepath.Join(f.Identity, "."+account+".nrepo-import")
	}
	_, missing := os.Stat(elsewhere + ".journal")
	if f.Name == "stdin" || missing == nil || !writable(filepath.Dir(path)) {
		path = elsewhere + ".journal"
	}
	if copy {
		f.Journal, err = journal.OpenCopy(path, elsewhere+".lock")
	} else {
		f.Journal, err = journal.Open(path, elsewhere+".lock", func() (journal.Head, error) {
			page, err := client.Ideas(ctx, neuralrepo.IdeaFilter{Limit: 1})
			h := journal.Head{APIURL: cred.APIURL, UserID: cred.UserID, StartedAt: time.Now().UTC().Truncate(time.Second)}
			if err == nil && len(page.Ideas) > 0 {
				h.Newest = string(page.Ideas[0].ID)
			}
			return h, err
		})
	}
	switch {
	case errors.Is(err, journal.ErrBusy):
		return fmt.Errorf("%s: %w", f.Name, err)
	case errors.Is(err, journal.ErrDamaged):
		return &output.Error{Err: err, Hint: "move the journal away and run the same command again: it compares titles and bodies with your ideas"}
	}
	return fileError(err)
}

// writable reports whether a file can be created in a directory.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".nrepo-import-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}
