package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestFullDisk checks that on a full disk the server reports an internal error and loses
// nothing that it acknowledged, that reads still work, and that writes work again when there
// is space.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no small disk can be mounted: %v", err)
		}
		t.Skipf("no small disk can be mounted, which only root may: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	file := filepath.Join(dir, "ideas.db")
	r := serveProcess(t, "--db", file)
	written := newLedger()
	fill := func() {
		t.Helper()
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i, refused := 0, 0; refused < 20; i++ { // small ideas may still fit when large ones do not
					id, status, err := written.create(r, fmt.Sprintf("worker %d idea %d", w, i), strings.Repeat("x", 40_000>>refused))
					if err == nil && status == 201 {
						status, err = written.rename(r, id, fmt.Sprintf("worker %d idea %d renamed", w, i))
					}
					if err != nil || written.size() > 50_000 {
						t.Errorf("%d %v after %d ideas", status, err, written.size())
						return
					}
					if status >= 500 {
						refused++
					}
				}
			})
		}
		wg.Wait()
	}
	fill()
	written.check(t, r)
	r.cmd.Process.Kill()
	r.cmd.Wait()
	if log := r.stderr.String(); !strings.Contains(log, "disk is full") || strings.Contains(log, r.key) {
		t.Errorf("the log is\n%.2000s", log)
	}

	key := r.key
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=2m"); err != nil {
		t.Fatal(err)
	}
	r = serveProcess(t, "--db", file)
	written.check(t, r)
	fill()
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	before := written.size()
	for i := range 20 { // the same process, now with space
		if _, status, err := written.create(r, fmt.Sprint("late idea ", i), ""); status != 201 {
			t.Fatalf("%d %v\n%s", status, err, r.stderr)
		}
	}
	if written.size() != before+20 {
		t.Errorf("%d ideas, then %d", before, written.size())
	}
	r.key = key
	written.check(t, r)
	if err := interrupt(r.cmd.Process); err != nil {
		t.Fatal(err)
	}
	waitFor(t, r.cmd)
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %s %v", verdict, err)
	}
}
