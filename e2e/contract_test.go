//go:build unix

package e2e

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// contractTables returns the tables below a heading of docs/plugin-contract.md, as cells
// of rows.
func contractTables(t *testing.T, heading string) (tables [][][]string) {
	t.Helper()
	page, err := os.ReadFile("../docs/plugin-contract.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	inTable := false
	for line := range strings.Lines(section) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "|") {
			inTable = false
			continue
		}
		if strings.HasPrefix(line, "|--") {
			tables, inTable = append(tables, nil), true
		} else if inTable {
			tables[len(tables)-1] = append(tables[len(tables)-1], strings.Split(strings.Trim(line, "| "), " | "))
		}
	}
	if len(tables) == 0 {
		t.Fatalf("docs/plugin-contract.md has no table below %q", heading)
	}
	return tables
}

// quoted returns the texts between backquotes.
func quoted(text string) (names []string) {
	for _, found := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	return names
}

// TestContractNames tries a plugin on PATH with each name of the page, and one more, and
// compares what nrepo does with it.
func TestContractNames(t *testing.T) {
	t.Parallel()
	rows := contractTables(t, "Names")[0]
	builtin, official, kept := quoted(rows[0][0]), quoted(rows[1][0]), quoted(rows[2][0])
	dir := t.TempDir()
	for _, name := range slices.Concat(builtin, kept, []string{"free-name"}) {
		if err := os.WriteFile(filepath.Join(dir, "nrepo-"+name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), "commands", "--json")
	cmd.Env = []string{"PATH=" + dir}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Commands []struct {
			Name, Origin, Note string
			Official           bool
		}
		Ignored []struct{ Path, Reason string }
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, c := range list.Commands {
		kind := c.Origin
		switch {
		case strings.Contains(c.Note, "reserved"):
			kind = "kept"
		case c.Official:
			kind = "official"
		}
		found[kind] = append(found[kind], c.Name)
	}
	for kind, want := range map[string][]string{"builtin": builtin, "official": official, "kept": kept, "path": {"free-name"}} {
		got := found[kind]
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: nrepo has %q, the page %q", kind, got, want)
		}
	}
	if len(list.Ignored) != len(builtin) {
		t.Errorf("ignored are %v, want those with the name of a built-in", list.Ignored)
	}
}

// TestContractEnvironment compares the variables of a plugin with those of nrepo and
// those of the page.
func TestContractEnvironment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("/usr/bin/env", filepath.Join(dir, "nrepo-env")); err != nil {
		t.Fatal(err)
	}
	nrepo := filepath.Join(binaries(t), "nrepo")
	cmd := exec.Command(nrepo, "--json", "--profile", "work", "env")
	cmd.Env = []string{"PATH=" + dir, "OTHER=a=b", "NREPO_DEPTH=", "NEURALREPO_API_URL=kept", "NREPO_COMMAND=x", "NEURALREPO_OUTPUT=human"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	values := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		got, values[name] = append(got, name), value
	}
	for _, row := range contractTables(t, "Environment")[0] {
		want = append(want, quoted(row[0])...)
	}
	want = append(want, "PATH", "OTHER", "NEURALREPO_API_URL")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("a plugin gets %q, want %q", got, want)
	}
	for name, value := range map[string]string{
		"NREPO_EXE": nrepo, "NREPO_COMMAND": "env", "NREPO_DEPTH": "1", "NEURALREPO_OUTPUT": "json", "OTHER": "a=b", "NEURALREPO_API_URL": "kept", "NEURALREPO_PROFILE": "work",
	} {
		if values[name] != value {
			t.Errorf("%s is %q, want %q", name, values[name], value)
		}
	}
}

// TestContractConstants compares the exit codes and markers of the page with those of
// pkg/plugin.
func TestContractConstants(t *testing.T) {
	t.Parallel()
	tables := contractTables(t, "Exit codes")
	for i, want := range [][]int{
		{plugin.ExitOK, plugin.ExitFailure, plugin.ExitUsage, plugin.ExitCancelled, plugin.ExitAuth, plugin.ExitUnavailable, 130},
		{2, 126, 127},
	} {
		var got []int
		for _, row := range tables[i] {
			code, err := strconv.Atoi(row[0])
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("exit codes %v, want %v", got, want)
		}
	}
	markers := contractTables(t, "Markers")[0]
	if got := quoted(markers[0][0])[0]; got != plugin.SummaryMarker+"TEXT" {
		t.Errorf("the page has the marker %s", got)
	}
	if got := quoted(markers[1][0])[0]; got != strings.TrimSpace(plugin.CompleteMarker) {
		t.Errorf("the page has the marker %s", got)
	}
}

// TestContractMarkers checks that the file of every official command has both markers,
// so that its completion works in any directory, and that nrepo has the same summary.
func TestContractMarkers(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	cmd := exec.Command(filepath.Join(bin, "nrepo"), "commands", "--human")
	cmd.Env = []string{}
	list, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range quoted(contractTables(t, "Names")[0][1][0]) {
		text, err := os.ReadFile(filepath.Join(bin, "nrepo-"+name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // TestProgramsAreThere checks which programs must exist
		}
		if err != nil {
			t.Fatal(err)
		}
		var found [][]byte // prefer the marker with the command's name
		for _, key := range []string{"summary=", "summary." + name + "="} {
			if m := regexp.MustCompile(`@\(#\)nrepo:` + regexp.QuoteMeta(key) + `([A-Z][^\n]+)\n@\(#\)nrepo:complete=1\n`).FindSubmatch(text); m != nil {
				found = m
			}
		}
		if found == nil {
			t.Errorf("nrepo-%s has no markers", name)
			continue
		}
		if !regexp.MustCompile(`(?m)^  ` + name + ` +` + regexp.QuoteMeta(string(found[1])) + `$`).Match(list) {
			t.Errorf("nrepo-%s has the summary %q, nrepo lists another:\n%s", name, found[1], list)
		}
	}
}
