package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	h := http.Header{"X-Api-Key": {s.APIKey()}}
	for _, row := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1", 404, ""},
		{"GET", "/api/v1/", 404, ""},
		{"GET", "/api/v1/nope", 404, ""},
		{"GET", "/api/v2/ideas", 404, ""},
		{"GET", "/api/v1/ideas/", 404, ""},
		{"GET", "/api/v1/ideas/698/nope", 404, ""},
		{"GET", "/api/v1/ideas/abc", 404, ""},
		{"GET", "/api/v1/ideas/bulk", 404, ""},
		{"GET", "/api/v1/map/relations/x", 405, "DELETE, PATCH"},
		{"POST", "/api/v1/nope", 404, ""},
		{"GET", "/api/v1//ideas", 404, ""},
		{"GET", "//api/v1/ideas", 404, ""},
		{"GET", "/api/v1/../v1/ideas", 404, ""},
		{"POST", "/nope", 404, ""},
		{"PUT", "/api/v1/ideas", 405, "GET, HEAD, POST"},
		{"POST", "/api/v1/user/me", 405, "GET, HEAD, PATCH"},
		{"GET", "/api/v1/user/api-keys/1", 405, "DELETE"},
		{"DELETE", "/api/v1/health", 405, "GET, HEAD"},
	} {
		a := send(t, row.method, s.URL()+row.path, h, "")
		if a.status != row.status || a.header.Get("Allow") != row.allow || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %d, Allow %q, %s", row.method, row.path, a.status, a.header.Get("Allow"), a.header.Get("Content-Type"))
		}
		if text, _ := a.field("error").(string); text == "" || row.status == 404 && text != "no such route" {
			t.Errorf("%s %s: %v", row.method, row.path, a.body)
		}
	}
}

// TestRestart checks that a file keeps the ideas and the earlier key, and that other users
// cannot read it.
func TestRestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "odd name ?#%.db")
	first, err := Start(Options{DB: file})
	if err != nil {
		t.Fatal(err)
	}
	alice(t, first).want(201, "POST", "/ideas", `{"title":"kept"}`)
	alice(t, first).want(200, "PATCH", "/user/me", `{"display_name":"New Name"}`)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}

	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	second := start(t, Options{DB: file})
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("a file for all: %v %v", info.Mode(), err)
	}
	for _, key := range []string{first.APIKey(), second.APIKey()} {
		c := client{t, second, key}
		if got := titles(c.want(200, "GET", "/ideas", "").body); got != "kept" {
			t.Errorf("ideas: %q", got)
		}
		if name := c.want(200, "GET", "/user/me", "").field("display_name"); name != "New Name" {
			t.Errorf("display_name %v", name)
		}
	}
	if first.APIKey() == second.APIKey() {
		t.Error("the same key twice")
	}
}

func TestStartErrors(t *testing.T) {
	t.Parallel()
	running := start(t, Options{})
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := database(t, dir, "foreign.db", "CREATE TABLE t (a)")
	newer := database(t, dir, "newer.db", fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 99; CREATE TABLE t (a)", 0x6e726570))

	for _, row := range []struct {
		what string
		opts Options
		want string
	}{
		{"port taken", Options{Addr: running.addr.String()}, "cannot listen on " + running.addr.String()},
		{"no address", Options{Addr: "nonsense"}, "cannot listen on nonsense"},
		{"all interfaces", Options{Addr: ":0"}, ErrRemote.Error()},
		{"all of IPv4", Options{Addr: "0.0.0.0:0"}, ErrRemote.Error()},
		{"all of IPv6", Options{Addr: "[::]:0"}, ErrRemote.Error()},
		{"all, as IPv4 in IPv6", Options{Addr: "[::ffff:0.0.0.0]:0"}, ErrRemote.Error()},
		{"an outside address", Options{Addr: "192.0.2.1:0"}, ErrRemote.Error()},
		{"no directory", Options{DB: filepath.Join(dir, "no", "x.db")}, "x.db"},
		{"a directory", Options{DB: dir}, dir},
		{"a text file", Options{DB: text}, text},
		{"another program's database", Options{DB: foreign}, "belongs to another program"},
		{"a newer database", Options{DB: newer}, "newer"},
		{"no randomness", Options{Rand: strings.NewReader("short")}, "EOF"},
	} {
		s, err := Start(row.opts)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.what, err, row.want)
		}
	}
	var cannot *ListenError
	if _, err := Start(Options{Addr: running.addr.String()}); !errors.As(err, &cannot) || cannot.Addr != running.addr.String() {
		t.Errorf("port taken: %#v", err)
	}
	if doc, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(doc), "not a database") {
		t.Errorf("the text file was changed: %v", err)
	}
}

func database(t *testing.T, dir, name, script string) string {
	file := filepath.Join(dir, name)
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestLog checks that a request cannot forge a line, and that no line contains a secret.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := Start(Options{Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	c := alice(t, s)
	c.want(200, "GET", "/ideas/search?q=hidden", "")
	c.want(404, "GET", "/a%0Ab%1b%5B31m", "")
	made := c.want(201, "POST", "/user/api-keys", `{"label":"l"}`).field("key").(string)
	c.want(404, "GET", "/"+made[:36], "")  // half of a key
	c.want(404, "GET", "/"+made[4:34], "") // a part without the prefix
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[1], `GET /api/v1/a\u000ab\u001b[31m 404 `) {
		t.Errorf("log:\n%s", log.String())
	}
	for _, secret := range []string{s.APIKey(), made, made[4:36], made[10:30], "hidden"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("log has %q", secret)
		}
	}
}

// TestInternalError checks that a client does not learn the cause of an internal error.
func TestInternalError(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	dir := t.TempDir()
	s, err := Start(Options{Log: &log, DB: filepath.Join(dir, "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	database(t, dir, "x.db", "DROP TABLE idea_links")
	if a := alice(t, s).want(500, "POST", "/ideas", `{"title":"x"}`); a.field("error") != "Internal server error" {
		t.Errorf("%v", a.body)
	}
	if n := len(alice(t, s).want(200, "GET", "/ideas", "").field("ideas").([]any)); n != 0 {
		t.Errorf("%d ideas after a failed creation", n)
	}
	s.Close()
	if !strings.Contains(log.String(), "idea_links") {
		t.Errorf("log: %s", log.String())
	}
}

// TestConcurrentWrites checks that a failed write leaves nothing, and that numbers have no
// gaps and no duplicates.
func TestConcurrentWrites(t *testing.T) {
	t.Parallel()
	for _, db := range []string{"", filepath.Join(t.TempDir(), "x.db")} {
		s := start(t, Options{DB: db})
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 20 {
					body, want := fmt.Sprintf(`{"title":"%d-%d","tags":["shared","t%d"]}`, w, i, i), 201
					if i%4 == 0 {
						body, want = `{"title":"orphan","parent_id":123456}`, 404
					}
					if a := alice(t, s).do("POST", "/ideas", body); a.status != want {
						t.Errorf("%s: %d %v", body, a.status, a.body)
					}
				}
			})
		}
		wg.Wait()
		ideas, err := s.store.Ideas(aliceID, store.IdeaFilter{Limit: 1000})
		if err != nil || len(ideas) != 120 || ideas[0].Number != 120 {
			t.Errorf("%d ideas, highest number %d, %v", len(ideas), ideas[0].Number, err)
		}
	}
}

// BenchmarkCreate measures durable creations from eight clients.
func BenchmarkCreate(b *testing.B) {
	s := start(b, Options{DB: filepath.Join(b.TempDir(), "x.db"), RateLimit: 1 << 40})
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	var wg sync.WaitGroup
	work := make(chan int)
	b.ResetTimer()
	for range 8 {
		wg.Go(func() {
			for i := range work {
				body := strings.NewReader(fmt.Sprintf(`{"title":"Idea %d","body":"Some words about it","tags":["a","b"]}`, i))
				req, err := http.NewRequest("POST", s.APIURL()+"/ideas", body)
				if err != nil {
					b.Error(err)
					continue
				}
				req.Header = http.Header{"X-Api-Key": {s.APIKey()}, "Content-Type": {"application/json"}}
				resp, err := transport.RoundTrip(req)
				if err != nil || resp.StatusCode != 201 {
					b.Error(resp, err)
					continue
				}
				io.Copy(io.Discard, resp.Body) // so that the connection is kept
				resp.Body.Close()
			}
		})
	}
	for i := range b.N {
		work <- i
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ideas/s")
}

// TestListenByName checks that a name is judged by its address. It is not parallel because it
// replaces the process's resolver.
func TestListenByName(t *testing.T) {
	zone := map[string][]byte{"inside.example": {127, 0, 0, 1}, "outside.example": {192, 0, 2, 1}, "all.example": {0, 0, 0, 0}}
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		query := make([]byte, 1024)
		for {
			n, from, err := server.ReadFrom(query)
			if err != nil {
				return
			}
			server.WriteTo(dnsReply(query[:n], zone), from)
		}
	}()
	system := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = system })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
	for name := range zone {
		s, err := Start(Options{Addr: name + ".:0"})
		if err == nil {
			s.Close()
		}
		if inside := name == "inside.example"; inside && (err != nil || !s.addr.IP.IsLoopback()) || !inside && !errors.Is(err, ErrRemote) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// dnsReply answers a query for one name with its IPv4 address (RFC 1035, 4.1).
func dnsReply(query []byte, zone map[string][]byte) []byte {
	const header = 12
	var labels []string
	at := header
	for query[at] != 0 {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	question := query[header : at+5] // the name, its type and its class
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	if ip := zone[strings.Join(labels, ".")]; ip != nil && query[at+2] == 1 { // type A
		reply[7] = 1
		reply = append(append(reply, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4), ip...)
	}
	return reply
}

// TestCloseFinishesRequests checks that a running request gets its answer, that its write is
// kept, and that Close does not wait for a request that does not end.
func TestCloseFinishesRequests(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.db")
	atWork, goOn := make(chan bool), make(chan bool)
	s, err := Start(Options{DB: file, wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			atWork <- true
			<-goOn
			next.ServeHTTP(w, r)
		})
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.http.RegisterOnShutdown(func() { close(goOn) })
	answered := make(chan answer)
	go func() { answered <- alice(t, s).do("POST", "/ideas", `{"title":"kept"}`) }()
	<-atWork
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if a := <-answered; a.status != 201 {
		t.Errorf("%d %v", a.status, a.body)
	}
	if files, err := filepath.Glob(file + "*"); len(files) != 1 {
		t.Errorf("%q %v", files, err)
	}
	second := start(t, Options{DB: file})
	if got := titles(alice(t, second).want(200, "GET", "/ideas", "").body); got != "kept" {
		t.Errorf("ideas: %q", got)
	}
	conn := dial(t, second, unfinished(second))
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("%q %v", line, err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}
