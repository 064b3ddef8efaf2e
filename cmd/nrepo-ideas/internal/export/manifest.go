package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/atomicfile"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// Files in the directory of an export that are not ideas.
const (
	manifestFile = ".nrepo-export"
	partialFile  = ".nrepo-export.partial"
)

// Version is the version of the manifest.
const Version = 1

// Manifest lists the files that an export has written to a directory.
type Manifest struct {
	Version int              `json:"export"`
	APIURL  string           `json:"api_url"`
	UserID  string           `json:"user_id"`
	Files   map[string]Entry `json:"files"` // by name
}

// Entry is a file of a manifest.
type Entry struct {
	ID      neuralrepo.ID `json:"id"`
	SHA256  string        `json:"sha256"`  // of the file as it was written, in hexadecimal
	Content string        `json:"content"` // result of Content for the idea
}

// Content returns a hash of the parts of an idea that a user can change: title, status,
// tags and body. It ignores dates, which the service also changes itself.
func Content(title, status string, tags []string, body string) string {
	doc, _ := json.Marshal([]any{title, status, append([]string{}, tags...), body}) // strings cannot fail
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:16])
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ReadManifest returns the manifest of a directory, including what a killed export has
// written since. If there is none, it has no files and Version is 0.
func ReadManifest(dir string) (Manifest, error) {
	m := Manifest{Files: map[string]Entry{}}
	path := filepath.Join(dir, manifestFile)
	doc, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	if err == nil {
		if json.Unmarshal(doc, &m) != nil || m.Version == 0 {
			return m, fmt.Errorf("%s is not the manifest of an export", path)
		}
		if m.Version > Version {
			return m, fmt.Errorf("%s was written by a newer nrepo (version %d, but this nrepo supports %d)", path, m.Version, Version)
		}
	}
	for name := range m.Files {
		if !isFileName(name) {
			return m, fmt.Errorf("%s lists a file that an export never writes", path)
		}
	}
	return m, m.takePartial(dir)
}

// isFileName reports whether name is a Markdown file in the directory itself.
func isFileName(name string) bool {
	return filepath.IsLocal(name) && filepath.Base(name) == name && !strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".md")
}

// partial is a line of the file that is written while an export is running.
type partial struct {
	Name string `json:"name"`
	Entry
}

func (m *Manifest) takePartial(dir string) error {
	f, err := os.Open(filepath.Join(dir, partialFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var p partial
		if json.Unmarshal(lines.Bytes(), &p) != nil || !isFileName(p.Name) {
			continue // incomplete, because the export was killed
		}
		if present, err := os.ReadFile(filepath.Join(dir, p.Name)); err == nil && hash(present) == p.SHA256 {
			m.Files[p.Name] = p.Entry
		}
	}
	return lines.Err()
}

// Accept records that the current file has the content that was sent.
func (m Manifest) Accept(dir, name, content string) error {
	present, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil {
		m.Files[name] = Entry{m.Files[name].ID, hash(present), content}
	}
	return err
}

// Write stores the manifest in its directory.
func (m Manifest) Write(dir string) error {
	doc, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, manifestFile), append(doc, '\n')); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, partialFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Changed reports whether a file differs from what the export wrote. A file that does not
// exist is not changed.
func (m Manifest) Changed(dir, name string) (bool, error) {
	present, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && hash(present) != m.Files[name].SHA256, err
}
