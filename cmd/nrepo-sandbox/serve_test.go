package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a nrepo-sandbox process that has printed its address.
type running struct {
	cmd    *exec.Cmd
	apiURL string
	key    string
	stderr *bytes.Buffer
}

func serveProcess(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{cmd: exec.Command(program, append([]string{"--addr", "127.0.0.1:0"}, args...)...), stderr: &bytes.Buffer{}}
	r.cmd.Stderr = r.stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.cmd.Process.Kill()
		r.cmd.Wait()
	})
	for lines := bufio.NewScanner(out); r.key == "" && lines.Scan(); {
		if url, found := strings.CutPrefix(lines.Text(), "export NEURALREPO_API_URL="); found {
			r.apiURL = url
		}
		if key, found := strings.CutPrefix(lines.Text(), "export NEURALREPO_API_KEY="); found {
			r.key = key
		}
	}
	if r.apiURL == "" || r.key == "" {
		t.Fatalf("it did not print its address: %s", r.stderr)
	}
	return r
}

func (r *running) call(method, path, body string) (status int, doc []byte, err error) {
	req, err := http.NewRequest(method, r.apiURL+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("X-API-Key", r.key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	doc, err = io.ReadAll(resp.Body)
	return resp.StatusCode, doc, err
}

// ledger records what a sandbox has acknowledged: titles of ideas by id.
type ledger struct {
	mu     sync.Mutex
	titles map[int64]string
	asked  map[int64]string // a new title, if the change got no answer
}

func newLedger() *ledger { return &ledger{titles: map[int64]string{}, asked: map[int64]string{}} }

// size returns the number of ideas.
func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.titles)
}

// create creates an idea and records it if that was acknowledged.
func (l *ledger) create(r *running, title, body string) (id int64, status int, err error) {
	status, doc, err := r.call("POST", "/ideas", `{"title":"`+title+`","body":"`+body+`","tags":["t"]}`)
	if err != nil || status != 201 {
		return 0, status, err
	}
	var idea struct{ ID int64 }
	if err := json.Unmarshal(doc, &idea); err != nil {
		return 0, status, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.titles[idea.ID] = title
	return idea.ID, status, nil
}

// rename changes the title of an idea and records it if that was acknowledged.
func (l *ledger) rename(r *running, id int64, title string) (status int, err error) {
	l.mu.Lock()
	l.asked[id] = title
	l.mu.Unlock()
	status, _, err = r.call("PATCH", fmt.Sprint("/ideas/", id), `{"title":"`+title+`"}`)
	if err == nil && status == 200 {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.titles[id] = title
		delete(l.asked, id)
	}
	return status, err
}

// check checks that everything acknowledged is there.
func (l *ledger) check(t *testing.T, r *running) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, title := range l.titles {
		status, doc, err := r.call("GET", fmt.Sprint("/ideas/", id), "")
		var idea struct{ Title string }
		if err == nil {
			err = json.Unmarshal(doc, &idea)
		}
		if err != nil || status != 200 || idea.Title != title && (l.asked[id] == "" || idea.Title != l.asked[id]) {
			t.Errorf("idea %d %q: %d %s %v", id, title, status, doc, err)
		}
	}
}

// TestKill checks that repeated kill -9 during writes loses nothing that was acknowledged.
func TestKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ideas.db")
	written := newLedger()
	var firstKey string
	for round := range 5 {
		r := serveProcess(t, "--db", file)
		if firstKey == "" {
			firstKey = r.key
		}
		enough := written.size() + 60 // acknowledged ideas before the kill
		killed := make(chan struct{})
		var kill sync.Once
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					id, status, err := written.create(r, fmt.Sprintf("round %d worker %d idea %d", round, w, i), "")
					if err == nil && status == 201 {
						status, err = written.rename(r, id, fmt.Sprintf("round %d worker %d idea %d renamed", round, w, i))
					}
					select {
					case <-killed: // an error is expected
						return
					default:
					}
					if written.size() >= enough {
						kill.Do(func() {
							close(killed)
							r.cmd.Process.Kill()
						})
						return
					}
					if err != nil || status != 200 {
						t.Errorf("before the kill: %d %v", status, err)
						return
					}
				}
			})
		}
		wg.Wait()
		r.cmd.Wait()
		if written.size() < enough {
			t.Fatalf("%d ideas acknowledged in round %d", written.size(), round)
		}
	}
	last := serveProcess(t, "--db", file)
	last.key = firstKey // the first key is still valid
	written.check(t, last)
}

// TestStartLine checks that one line tells a program everything about the sandbox.
func TestStartLine(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program, "--addr", "127.0.0.1:0", "--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at map[string]string
	if err := json.Unmarshal(line, &at); err != nil || len(at) != 3 || at["api_url"] != at["url"]+"/api/v1" {
		t.Fatalf("%s %v", line, err)
	}
	r := &running{apiURL: at["api_url"], key: at["api_key"]}
	if status, doc, err := r.call("GET", "/user/me", ""); status != 200 {
		t.Errorf("%d %s %v", status, doc, err)
	}
}

// TestApprove approves a device login with the program, as a script would.
func TestApprove(t *testing.T) {
	t.Parallel()
	r := serveProcess(t)
	origin := strings.TrimSuffix(r.apiURL, "/api/v1")
	for _, row := range []struct {
		args   []string
		stdout string
		reply  string // reply of the token endpoint afterwards
	}{
		{[]string{"approve"}, "Approved.\n", `"access_token"`},
		{[]string{"approve", "--json"}, "{\n  \"approved\": true\n}\n", `"access_token"`},
		{[]string{"approve", "--deny"}, "Denied.\n", `"access_denied"`},
	} {
		var device struct {
			Code string `json:"device_code"`
			URL  string `json:"verification_uri_complete"`
		}
		post := func(path string, form url.Values) string {
			form.Set("client_id", "nrepo-cli")
			resp, err := http.PostForm(origin+path, form)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			doc, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return string(doc)
		}
		if err := json.Unmarshal([]byte(post("/oauth/device_authorization", url.Values{"scope": {"ideas:read"}})), &device); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, append(row.args, device.URL)...).CombinedOutput()
		if err != nil || string(out) != row.stdout {
			t.Errorf("%v: %v, %q", row.args, err, out)
		}
		reply := post("/oauth/token", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {device.Code}})
		if !strings.Contains(reply, row.reply) {
			t.Errorf("%v: %s", row.args, reply)
		}
	}
	out, err := exec.Command(program, "approve", origin+"/device?user_code=BCDFGHJK").CombinedOutput()
	if err == nil || !strings.HasPrefix(string(out), "nrepo sandbox: ") || !strings.Contains(string(out), "404 ") || !strings.Contains(string(out), "BCDF-GHJK") {
		t.Errorf("unknown code: %v %s", err, out)
	}
}

// TestStop checks that Ctrl-C ends the server cleanly: exit code 0, only the log on stderr,
// and one file left.
func TestStop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := serveProcess(t, "--db", filepath.Join(dir, "ideas.db"))
	if status, _, err := r.call("POST", "/ideas", `{"title":"x"}`); status != 201 {
		t.Fatal(status, err)
	}
	if err := interrupt(r.cmd.Process); err != nil {
		t.Fatal(err)
	}
	waitFor(t, r.cmd)
	if code := r.cmd.ProcessState.ExitCode(); code != stopCode {
		t.Errorf("exit code %d\n%s", code, r.stderr)
	}
	if log := r.stderr.String(); !strings.HasPrefix(log, "POST /api/v1/ideas 201 ") || strings.Contains(log, r.key) {
		t.Errorf("stderr: %s", log)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || stopCode == 0 && len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

// waitFor fails the test if the process does not end.
func waitFor(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	stuck := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	cmd.Wait()
	if !stuck.Stop() {
		t.Error("it did not end within 30 seconds")
	}
}
