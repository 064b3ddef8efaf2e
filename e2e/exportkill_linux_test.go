package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// killedExport runs an export to notes, and kills it when its list of written files has
// at bytes.
func killedExport(t *testing.T, s *shelf, dir string, at int64) (killed bool) {
	t.Helper()
	cmd := s.command(t, dir, "export", "--format", "md", "--to", "notes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	for {
		select {
		case err := <-over:
			if err != nil && !killed {
				t.Errorf("the export failed: %v", err)
			}
			return killed
		default:
		}
		if info, err := os.Stat(filepath.Join(dir, "notes", ".nrepo-export.partial")); err == nil && info.Size() >= at && !killed {
			killed = true
			cmd.Process.Kill()
		}
	}
}

// An export that is killed leaves each file old or new, and the next one finishes.
func TestExportKilled(t *testing.T) {
	t.Parallel()
	const ideas = 120
	rnd := rand.New(rand.NewPCG(1, 2))
	s := (&shelf{old: ideas, edges: 10}).start(t)
	dir := t.TempDir()
	kills := 0
	for round := range 12 {
		s.setBody(fmt.Sprintf("State %d %s of the body.", round, strings.Repeat("x", 5000)))
		if killedExport(t, s, dir, 1+rnd.Int64N(ideas*250)) {
			kills++
		}
		files, err := filepath.Glob(filepath.Join(dir, "notes", "*.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			doc, err := os.ReadFile(name)
			if err != nil || !bytes.HasPrefix(doc, []byte("---\n")) || !bytes.HasSuffix(bytes.TrimSpace(doc), []byte("x of the body.")) {
				t.Errorf("%s: %v, half written", name, err)
			}
		}
	}
	s.setBody("The last state.")
	if code, out := exitCode(t, s.command(t, dir, "export", "--format", "md", "--to", "notes")); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "notes"))
	if err != nil || len(entries) != ideas+1 {
		t.Errorf("%d files, want %d and the manifest: %v", len(entries), ideas, err)
	}
	for _, e := range entries {
		if doc, err := os.ReadFile(filepath.Join(dir, "notes", e.Name())); err != nil || strings.HasSuffix(e.Name(), ".md") && !bytes.Contains(doc, []byte("The last state.")) {
			t.Errorf("%s is not the new one", e.Name())
		}
	}
	if kills < 6 {
		t.Errorf("only %d of 12 exports were killed", kills)
	}
}

// smallDisk returns a directory on a file system of this size.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	if os.Getuid() != 0 {
		need(t, "only root can mount a small disk")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		need(t, "no disk can be mounted: "+err.Error())
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// On a full disk, an export ends with a one-line error, and existing files stay.
func TestExportFullDisk(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"all.jsonl", "all.csv", "notes"} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			dir := smallDisk(t, "256k")
			args := []string{"export", "--to", filepath.Join(dir, to)}
			if to == "notes" {
				args = append(args, "--format", "md")
			}
			s := (&shelf{old: 10, body: "old"}).start(t)
			home := t.TempDir()
			if code, out := exitCode(t, s.command(t, home, args...)); code != 0 {
				t.Fatalf("exit code %d: %s", code, out)
			}
			read := func() string {
				doc, err := os.ReadFile(filepath.Join(dir, to))
				if to == "notes" {
					doc, err = os.ReadFile(filepath.Join(dir, to, "0001-idea-1.md"))
				}
				if err != nil {
					t.Fatal(err)
				}
				return string(doc)
			}
			before := read()
			s.setOld(200)
			s.setBody(strings.Repeat("new ", 1000))
			code, out := exitCode(t, s.command(t, home, args...))
			if code != 1 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "no space left") {
				t.Errorf("exit code %d: %s", code, out)
			}
			if after := read(); after != before {
				t.Errorf("changed to %.200q", after)
			}
			if left, err := filepath.Glob(filepath.Join(dir, ".*.tmp")); err != nil || len(left) > 0 {
				t.Errorf("%v is left", left)
			}
			s.setOld(10)
			s.setBody("small")
			if code, out := exitCode(t, s.command(t, home, append(args, pruned(to)...)...)); code != 0 || !strings.Contains(read(), "small") {
				t.Errorf("with less to write: exit code %d: %s", code, out)
			}
		})
	}
}

func pruned(to string) []string {
	if to == "notes" {
		return []string{"--prune"}
	}
	return nil
}

// If the disk with the journal is full, an import ends before the next request. When
// there is space again, it knows what it has sent.
func TestImportFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "32k")
	s := (&shelf{}).start(t)
	file := titles(t, dir, 200)
	home := t.TempDir()
	code, out := exitCode(t, s.command(t, home, "import", file, "--jobs", "4"))
	sent := len(s.created())
	if code != 1 || !strings.Contains(out, "journal") || sent == 0 || sent == 200 {
		t.Errorf("exit code %d after %d ideas: %.3000s", code, sent, out)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	if code, out := exitCode(t, s.command(t, home, "import", file, "--jobs", "4")); code != 0 {
		t.Errorf("with room again: exit code %d: %.3000s", code, out)
	}
	once(t, s.created(), 200)
}
