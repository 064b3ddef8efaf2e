// Package draft stores the text that a user is writing until it is sent, so that it is
// not lost if the editor, the program or the network fails.
package draft

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/atomicfile"
)

// Origin is the idea that a text belongs to.
type Origin struct {
	APIURL string `json:"api_url"` // the server
	UserID string `json:"user_id"` // whose idea it is
	ID     string `json:"id"`      // of the idea
	Number string `json:"number"`  // of the idea; "" if it has none
	Title  string `json:"title"`   // of the idea, when the text was opened
}

// Draft is a text in its own directory, which only the user can read.
type Draft struct {
	Origin
	File     string    // path of the text
	Modified time.Time // when the text was last written
}

const originFile = "origin.json"

// Create creates a draft below the directory root. The file has this name, so that the
// editor recognizes its type.
func Create(root, name string, origin Origin, text []byte) (Draft, error) {
	dir, err := os.MkdirTemp(root, "draft-") // mode 0700
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Origin: origin, File: filepath.Join(dir, name)}
	doc, err := json.Marshal(origin)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, originFile), doc, 0o600)
	}
	if err == nil {
		err = d.Write(text)
	}
	if err != nil {
		os.RemoveAll(dir)
		return Draft{}, err
	}
	return d, nil
}

// List returns the drafts below root, latest first. It skips drafts that it cannot read.
func List(root string) ([]*Draft, error) {
	files, err := filepath.Glob(filepath.Join(root, "draft-*", originFile))
	if err != nil {
		return nil, err
	}
	var list []*Draft
	for _, file := range files {
		doc, err := os.ReadFile(file)
		d := new(Draft)
		if err != nil || json.Unmarshal(doc, &d.Origin) != nil {
			continue
		}
		texts, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*.md"))
		if err != nil || len(texts) != 1 {
			continue
		}
		info, err := os.Stat(texts[0])
		if err != nil {
			continue
		}
		d.File, d.Modified = texts[0], info.ModTime()
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b *Draft) int { return b.Modified.Compare(a.Modified) })
	return list, nil
}

// Read returns the text, which is empty if the editor has removed the file.
func (d Draft) Read() ([]byte, error) {
	text, err := os.ReadFile(d.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// Write replaces the text. The new text is on the disk when Write returns; if Write fails,
// the old text stays.
func (d Draft) Write(text []byte) error {
	f, err := atomicfile.Create(d.File)
	if err != nil {
		return err
	}
	err = f.Chmod(0o600)
	if err == nil {
		_, err = f.Write(text)
	}
	return errors.Join(err, f.Close(err == nil))
}

// Remove removes the draft, and files that an editor has left beside it.
func (d Draft) Remove() error { return os.RemoveAll(filepath.Dir(d.File)) }
