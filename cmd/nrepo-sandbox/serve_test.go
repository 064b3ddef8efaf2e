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
	"sync/atomic"
	"testing"
	"time"
)

// running is a nrepo-sandbox process that has said where it is.
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
		t.Fatalf("it did not say where it is: %s", r.stderr)
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

// TestKill holds that kill -9 in the middle of writes loses no idea whose
// creation was acknowledged.
func TestKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ideas.db")
	first := serveProcess(t, "--db", file)

	const enough = 300 // acknowledged ideas before the kill
	var count atomic.Int64
	var mu sync.Mutex
	acknowledged := map[int64]string{}
	killed := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				title := fmt.Sprintf("worker %d idea %d", w, i)
				status, doc, err := first.call("POST", "/ideas", `{"title":"`+title+`","tags":["t"]}`)
				if err != nil {
					select {
					case <-killed: // the connection went with the process
					default:
						t.Errorf("before the kill: %v", err)
					}
					return
				}
				var idea struct{ ID int64 }
				if err := json.Unmarshal(doc, &idea); err != nil || status != 201 {
					t.Errorf("%d %s %v", status, doc, err)
					return
				}
				mu.Lock()
				acknowledged[idea.ID] = title
				mu.Unlock()
				if count.Add(1) == enough {
					close(killed)
					first.cmd.Process.Kill()
				}
			}
		})
	}
	wg.Wait()
	first.cmd.Wait()
	if len(acknowledged) < enough {
		t.Fatalf("%d ideas acknowledged", len(acknowledged))
	}

	second := serveProcess(t, "--db", file)
	second.key = first.key // an earlier login survives
	for id, title := range acknowledged {
		status, doc, err := second.call("GET", fmt.Sprint("/ideas/", id), "")
		if err != nil || status != 200 || !strings.Contains(string(doc), `"title":"`+title+`"`) {
			t.Errorf("idea %d %q: %d %s %v", id, title, status, doc, err)
		}
	}
}

// TestStartLine holds that a program reads one line and knows the sandbox.
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

// TestApprove goes through the device page with the program itself, as a
// script does.
func TestApprove(t *testing.T) {
	t.Parallel()
	r := serveProcess(t)
	origin := strings.TrimSuffix(r.apiURL, "/api/v1")
	for _, row := range []struct {
		args   []string
		stdout string
		reply  string // of the token endpoint afterwards
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
	if err == nil || !strings.HasPrefix(string(out), "nrepo sandbox: /device answers 404 Not Found Log in a device. No device waits with the code BCDF-GHJK") {
		t.Errorf("unknown code: %v %s", err, out)
	}
}

// TestStop holds that Ctrl-C ends the server in order: exit code 0, nothing
// but the log on stderr, and one file left.
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
