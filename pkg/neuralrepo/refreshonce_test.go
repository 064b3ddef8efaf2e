package neuralrepo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// TestWhoamiProcess is the process that TestProcessesShareOneRefresh starts. It does
// nothing in an ordinary test run.
func TestWhoamiProcess(t *testing.T) {
	if os.Getenv("NEURALREPO_TEST_PROCESS") == "" {
		return
	}
	client, err := New(&authcfg.Store{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Ten clients find the session expired at the same time, seven in this process and
// three in other processes. Only one of them refreshes it.
func TestProcessesShareOneRefresh(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	s.n = 1
	path := s.login(t, "access-0", "refresh-1", time.Now().Add(-time.Hour))
	errs := make(chan error)
	for range 7 {
		client := connect(t, path)
		go func() {
			_, err := client.Me(context.Background())
			errs <- err
		}()
	}
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWhoamiProcess$")
		cmd.Env = append(os.Environ(), "NEURALREPO_TEST_PROCESS=1", "NEURALREPO_CONFIG="+path, "NEURALREPO_API_KEY=", "NEURALREPO_API_URL=")
		go func() {
			text, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, text)
			}
			errs <- err
		}()
	}
	for range 10 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if s.refreshes != 1 {
		t.Errorf("%d refreshes", s.refreshes)
	}
}

func TestOneClientRefreshesOnce(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	client := connect(t, s.login(t, "access-0", "refresh-1", time.Time{}))
	errs := make(chan error)
	for range 10 {
		go func() {
			_, err := client.Me(context.Background())
			errs <- err
		}()
	}
	for range 10 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if s.refreshes != 1 {
		t.Errorf("%d refreshes", s.refreshes)
	}
}
