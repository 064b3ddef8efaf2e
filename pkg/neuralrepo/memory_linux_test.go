//go:build !race

package neuralrepo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

// peakOf runs one test of this program in its own process against a server, and returns its peak
// memory in MiB. The test calls reportPeak at its end.
func peakOf(t *testing.T, handler http.HandlerFunc) int {
	t.Helper()
	apiURL, _ := apihttptest.Serve(t, handler)
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), "NREPO_TEST_SERVER="+apiURL)
	out, err := cmd.CombinedOutput()
	_, peak, found := strings.Cut(string(out), "VmHWM:")
	if err != nil || !found {
		t.Fatalf("%v: %s", err, out)
	}
	kib, err := strconv.Atoi(strings.Fields(peak)[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MiB", kib>>10)
	return kib >> 10
}

func reportPeak(t *testing.T) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, peak, _ := bytes.Cut(status, []byte("VmHWM:"))
	fmt.Printf("VmHWM:%s", peak)
}

func TestMemoryOfAMap(t *testing.T) {
	if apiURL := os.Getenv("NREPO_TEST_SERVER"); apiURL != "" {
		m, err := newClient(apiURL, apiKey).Map(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if nodes, edges := m.Len(); nodes != 100_001 || edges != 200_001 {
			t.Fatalf("%d nodes, %d edges", nodes, edges)
		}
		reportPeak(t)
		return
	}
	if peak := peakOf(t, func(w http.ResponseWriter, _ *http.Request) { largeMap(w, 100_000) }); peak > 64 {
		t.Errorf("a map of 100,000 ideas takes %d MiB", peak)
	}
}

// largeMap writes a map of n ideas, each with two relations.
func largeMap(w io.Writer, n int) {
	io.WriteString(w, `{"nodes":[`)
	for id := range n {
		fmt.Fprintf(w, `{"id":%d,"title":"An idea about bus stops, the %dth of them","status":"captured","tags":["bus","tag%d"]},`, id+1000, id, id%300)
	}
	io.WriteString(w, `{"id":1,"title":"x","status":"captured","tags":[]}],"edges":[`)
	for id := range 2 * n {
		fmt.Fprintf(w, `{"id":%d,"source":%d,"target":%d,"relation_type":"related","note":null},`, id+1, id/2+1000, (id*7919)%n+1000)
	}
	io.WriteString(w, `{"id":0,"source":1,"target":1,"relation_type":"related","note":"n"}]}`)
}

func TestMemoryOfAList(t *testing.T) {
	if apiURL := os.Getenv("NREPO_TEST_SERVER"); apiURL != "" {
		debug.SetMemoryLimit(12 << 20) // as nrepo log does, so that garbage of a busy machine does not count
		n := 0
		for _, err := range newClient(apiURL, apiKey).AllIdeas(t.Context(), IdeaFilter{}) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != 10_000 {
			t.Fatalf("%d ideas", n)
		}
		reportPeak(t)
		return
	}
	if peak := peakOf(t, (&shelf{cap: 100, said: true, ids: newest(10_000), body: 2000}).ServeHTTP); peak > 20 {
		t.Errorf("a list of 10,000 ideas takes %d MiB", peak)
	}
}
