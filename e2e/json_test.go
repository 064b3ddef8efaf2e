//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// jsonRuns are shell commands for each section of docs/json.md. Their output must have
// the fields in the table of the section.
var jsonRuns = map[string][]string{
	"Errors":                 {"nrepo api --json /ideas/4711 2>&1", "nrepo push --json 2>&1", "NEURALREPO_API_KEY= nrepo whoami --json 2>&1"},
	"Warnings":               {`nrepo logout --json 2>&1 >/dev/null`},
	"Errors of nrepo itself": {"nrepo --json nosuch 2>&1", "nrepo --json broken 2>&1", "nrepo --json which 2>&1"},
	"nrepo login": {
		`echo "$NEURALREPO_API_KEY" | nrepo login --api-key --json 2>/dev/null`,
		`NEURALREPO_CONFIG= NEURALREPO_PROFILE=work NEURALREPO_BROWSER="nrepo-sandbox approve" nrepo login --json 2>/dev/null | sed -n 2p`,
	},
	"nrepo login, first line":          {`NEURALREPO_BROWSER="nrepo-sandbox approve" nrepo login --json 2>/dev/null | sed -n 1p`},
	"nrepo login --device, first line": {`nrepo login --device --timeout 1s --json 2>/dev/null`},
	"nrepo login --list": {
		`echo "$NEURALREPO_API_KEY" | nrepo login --api-key >/dev/null 2>&1
		NEURALREPO_PROFILE=work NEURALREPO_BROWSER="nrepo-sandbox approve" nrepo login >/dev/null 2>&1
		echo broken >"$XDG_CONFIG_HOME/neuralrepo/profiles/old.json"
		nrepo login --list --json 2>/dev/null`,
	},
	"nrepo logout": {"nrepo logout --json 2>/dev/null"},
	"nrepo whoami": {
		"nrepo whoami --json",
		`export NEURALREPO_CONFIG= NEURALREPO_PROFILE=work
		echo "$NEURALREPO_API_KEY" | nrepo login --api-key >/dev/null 2>&1
		NEURALREPO_API_KEY= nrepo whoami --json`,
	},
	"nrepo key list":   {"nrepo key create unused --human >/dev/null; nrepo key list --json"},
	"nrepo key create": {"nrepo key create x --json"},
	"nrepo key revoke": {"nrepo key revoke 1 --json"},
	"nrepo token":      {"nrepo token --json"},
	"nrepo sandbox":    {`mkfifo "$FEW/line"; nrepo sandbox --addr 127.0.0.1:0 --json >"$FEW/line" 2>/dev/null & head -n 1 "$FEW/line"; kill $!`},
	"nrepo sandbox approve": {`mkfifo "$FEW/line"; echo 'nrepo sandbox approve --json "$1" >"$FEW/line"' >"$FEW/browser"
		NEURALREPO_BROWSER="sh $FEW/browser" nrepo login >/dev/null 2>&1 & cat "$FEW/line"; wait`},
	"nrepo sandbox check": {"nrepo sandbox check --json nrepo-whoami", "nrepo sandbox check --json nrepo-whoami --"},
	"nrepo commands":      {"nrepo commands --json", `PATH="$FEW:$PATH" nrepo commands --json`, `PATH="$FEW:/bin" nrepo commands --json`},
	"nrepo which":         {"nrepo which --json push", "nrepo which --json help", `PATH="$FEW:$PATH" nrepo which --json push`, `PATH="$FEW:$PATH" nrepo which --json key`},
	"nrepo version":       {"nrepo version --json", "nrepo version -v --json"},
}

func init() {
	const capture = "nrepo push One --tag a --human >/dev/null; nrepo push Two --body b --human >/dev/null; "
	const related = capture + "nrepo link 1 2 --type blocks --note n --human >/dev/null; "
	const element = " | sed '1d;$d'" // the only element of an array
	maps.Copy(jsonRuns, map[string][]string{
		"The idea": {"nrepo push x --tag a --json", capture + "nrepo show 1 --json", capture + "nrepo edit 1 --title x --json", capture + "nrepo move 1 shipped --json",
			capture + "nrepo branch 1 --json", capture + "nrepo pull 1 --json", capture + "nrepo tag 1 x --json", capture + "nrepo show 1 --json"},
		"nrepo log":                {"nrepo push One --human >/dev/null; nrepo log --json" + element},
		"nrepo search":             {capture + "nrepo search one --json"},
		"Changes of several ideas": {capture + "nrepo move 1 2 shipped --json", capture + "nrepo tag 1 $(seq 19) --human >/dev/null; nrepo tag add x --ids 1,2 --json 2>/dev/null || true"},
		"Dry runs":                 {capture + "nrepo move 1 2 shipped --dry-run --json", capture + "nrepo rm 1 --dry-run --json", related + "nrepo merge 1 2 --dry-run --json"},
		"nrepo edit --resume":      {capture + `EDITOR='sh -c "echo more >>\"\$0\"; false"' script -qec "nrepo edit 1" /dev/null >/dev/null; nrepo edit --resume --json` + element},
		"nrepo tag":                {capture + "nrepo tag --json"},
		"nrepo link":               {capture + "nrepo link 1 2 --json"},
		"nrepo link --batch":       {capture + `echo '{"source":1,"target":2}' | nrepo link --batch --json`, related + `echo '{"source":2,"target":1,"type":"blocks"}' | nrepo link --batch --json 2>/dev/null || true`},
		"nrepo links":              {related + "nrepo links 1 --json"},
		"nrepo unlink":             {related + "nrepo unlink 1 2 --json"},
		"nrepo graph":              {related + "nrepo graph 1 --json"},
		"nrepo diff":               {capture + "nrepo diff 1 2 --json"},
		"nrepo rm":                 {capture + "nrepo rm 1 --json", "nrepo sandbox run --fail 'DELETE /ideas/699 400' -- sh -c '" + capture + "nrepo rm 1 2 --json' 2>/dev/null | sed '1d;$d' | sed '1,/},/d'"},
		"nrepo status":             {capture + "nrepo status --json"},
		"nrepo duplicate":          {"nrepo push Same --human >/dev/null; nrepo push Same --human >/dev/null; nrepo duplicate --json"},
		"nrepo duplicate dismiss":  {"nrepo push Same --human >/dev/null; nrepo push Same --human >/dev/null; nrepo duplicate dismiss 1 --json"},
		"nrepo export":             {capture + `nrepo export --to "$FEW/x.csv" --json`, capture + `nrepo export --to "$FEW/d" --format md --human >/dev/null; nrepo rm 1 --human >/dev/null; nrepo export --to "$FEW/d" --json`},
		"nrepo import": {`printf 'a\nb\n' | nrepo import - --format txt --json`, `echo a | nrepo import - --format txt --dry-run --json`,
			`nrepo sandbox run --fail 'POST /ideas 400' -- sh -c 'echo a | nrepo import - --format txt --json' 2>/dev/null || true`},
		"nrepo import --update": {capture + `nrepo export --to "$FEW/d" --format md --human >/dev/null; sed -i s/One/Uno/ "$FEW"/d/0001*; nrepo import --update "$FEW/d" --dry-run --json; nrepo import --update "$FEW/d" --human >/dev/null`,
			capture + `nrepo export --to "$FEW/d" --format md --human >/dev/null; sed -i s/One/Uno/ "$FEW"/d/0001*; nrepo edit 1 --title Eins --human >/dev/null; nrepo import --update "$FEW/d" --json 2>/dev/null || true`},
	})
}

// jsonIdeas are the commands whose result is the idea.
var jsonIdeas = []string{"push", "show", "edit", "move", "branch", "merge", "pull"}

// jsonTexts are the sections, and the commands without a section, that print no object.
var jsonTexts = []string{"nrepo api", "nrepo help", "nrepo completion"}

// TestJSONPage compares docs/json.md with the output of the programs. Both must have the
// same fields, with the same types.
func TestJSONPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := jsonSections(string(page))
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		if jsonRuns[name] == nil && !slices.Contains(jsonTexts, name) {
			t.Errorf("nothing is run for the section %q", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(jsonRuns)) {
		want := sections[name]
		if len(want) == 0 {
			t.Errorf("docs/json.md has no table for %q", name)
		}
		seen := map[string]bool{}
		for _, line := range jsonRuns[name] {
			for _, problem := range compareFields(want, runJSON(t, line), seen) {
				t.Errorf("%s: %s", line, problem)
			}
		}
		for path := range want {
			recorded := name != "nrepo version" || path != "commit" && path != "modified" // a build without git has no commit
			if !seen[path] && recorded {
				t.Errorf("%s: the field %s was not seen", name, path)
			}
		}
	}
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), "commands", "--json")
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Commands []struct {
			Name      string
			Installed bool
		}
	}
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Commands {
		if !c.Installed {
			continue
		}
		covered := func(section string) bool {
			return section == "nrepo "+c.Name || strings.HasPrefix(section, "nrepo "+c.Name+" ")
		}
		if !slices.Contains(jsonIdeas, c.Name) && c.Name != "ideas" && !slices.ContainsFunc(slices.Concat(slices.Collect(maps.Keys(sections)), jsonTexts), covered) {
			t.Errorf("docs/json.md has no section on nrepo %s", c.Name)
		}
	}
}

// TestJSONCodes compares the error codes and their exit codes with those of pkg/plugin.
func TestJSONCodes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| code | exit code | when |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	seen := map[string]bool{}
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		for _, code := range quoted(cells[1]) {
			e := &output.Error{Code: code, Err: errors.New("x")}
			if status, isHTTP := strings.CutPrefix(code, "http_"); isHTTP {
				if e.Status, err = strconv.Atoi(status); err != nil {
					t.Fatal(err)
				}
			}
			if got := strconv.Itoa(plugin.ExitCode(e)); got != strings.TrimSpace(cells[2]) {
				t.Errorf("%s: exit code %s, the page has%s", code, got, cells[2])
			}
			seen[code] = true
		}
	}
	for _, code := range []string{output.CodeUsage, output.CodeAuthRequired, output.CodeNetwork, output.CodeCancelled,
		output.CodeConfig, output.CodeUnknown, "http_401", "http_404", "http_429", "http_500"} {
		if !seen[code] {
			t.Errorf("the page does not have the code %s", code)
		}
	}
}

// TestCompareFields checks that the comparison finds differences.
func TestCompareFields(t *testing.T) {
	t.Parallel()
	want := jsonSections("## x\n| field | type | meaning |\n|---|---|---|\n| `a` | string, null | m |\n| `b` | list | m |\n| `b[].c` | number | m |\n")["x"]
	for doc, problems := range map[string]int{
		`{"a":"x","b":[]}`: 0, `{"a":"x","b":[{}]}`: 1, `{"a":null,"b":[{"c":1}]}`: 0,
		`{"a":1,"b":[]}`: 1, `{"b":[]}`: 1, `{"a":"x","b":[{"c":1,"d":1}]}`: 1, `{"a":"x","b":{}}`: 1, `{"a":"x","b":[],"z":{}}`: 1,
	} {
		var object map[string]any
		if err := json.Unmarshal([]byte(doc), &object); err != nil {
			t.Fatal(err)
		}
		if got := compareFields(want, object, map[string]bool{}); len(got) != problems {
			t.Errorf("%s: %q, want %d problems", doc, got, problems)
		}
	}
}

// fieldDoc is a row of a table in docs/json.md.
type fieldDoc struct {
	types    []string
	optional bool
}

// jsonSections reads the sections of a page and the first table of each.
func jsonSections(page string) map[string]map[string]fieldDoc {
	sections := map[string]map[string]fieldDoc{}
	var fields map[string]fieldDoc
	inTable := false
	for line := range strings.Lines(page) {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			fields = map[string]fieldDoc{}
			sections[strings.TrimSpace(name)] = fields
		}
		if !strings.HasPrefix(line, "| `") {
			inTable = strings.HasPrefix(line, "| field ") || inTable && strings.HasPrefix(line, "|--")
			continue
		}
		if cells := strings.Split(line, " | "); inTable && len(cells) == 3 {
			fields[strings.Trim(cells[0], "| `")] = fieldDoc{strings.Split(cells[1], ", "), strings.Contains(cells[2], "left out")}
		}
	}
	return sections
}

// compareFields returns how an object differs from its table, and adds the fields that
// it has to seen.
func compareFields(want map[string]fieldDoc, object map[string]any, seen map[string]bool) (problems []string) {
	found, items := map[string]bool{}, map[string][]any{}
	walkFields("", object, func(path, kind string, list []any) bool {
		items[path] = list
		found[path], seen[path] = true, true
		if doc, ok := want[path]; !ok {
			problems = append(problems, "the field "+path+" is not in docs/json.md")
		} else if kind == "object" && slices.Contains(doc.types, "idea") || kind == "list" && slices.Contains(doc.types, "ideas") {
			return false // it has its own table
		} else if !slices.Contains(doc.types, kind) {
			problems = append(problems, fmt.Sprintf("the field %s is a %s, not %q", path, kind, doc.types))
		}
		return true
	})
	for path, doc := range want {
		list, _, nested := strings.Cut(path, "[]")
		if !doc.optional && !found[path] && (!nested || len(items[list]) > 0) {
			problems = append(problems, "the field "+path+" is missing")
		}
	}
	return problems
}

// walkFields visits the members of an object. It also visits the members of a nested
// object or list if visit returns true for it.
func walkFields(prefix string, object map[string]any, visit func(path, kind string, list []any) bool) {
	for name, value := range object {
		path := prefix + name
		switch v := value.(type) {
		case nil:
			visit(path, "null", nil)
		case bool:
			visit(path, "boolean", nil)
		case float64:
			visit(path, "number", nil)
		case string:
			visit(path, "string", nil)
		case map[string]any:
			if visit(path, "object", nil) {
				walkFields(path+".", v, visit)
			}
		case []any:
			into := visit(path, "list", v)
			for _, item := range v {
				if member, ok := item.(map[string]any); ok && into {
					walkFields(path+"[].", member, visit)
				}
			}
		}
	}
}

// runJSON runs a line in a shell, with its own sandbox, and returns the object that it
// prints. The directory FEW contains nrepo and two other files. They make an official
// command that is not beside nrepo, a file that cannot run, and a shadowed file.
func runJSON(t *testing.T, line string) map[string]any {
	t.Helper()
	bin, few, plugins := binaries(t), t.TempDir(), t.TempDir()
	for _, link := range [][2]string{
		{few, "nrepo-push"}, {few, "nrepo-x"}, {plugins, "nrepo-x"}, {plugins, "nrepo-broken"}, {plugins, "nrepo-x.sh"},
	} {
		text := "#!/nonexistent/shell\n# @(#)nrepo:contract=2\n"
		if err := writeProgram(filepath.Join(link[0], link[1]), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile(filepath.Join(bin, "nrepo"))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeProgram(filepath.Join(few, "nrepo"), program); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // reached only if a program hangs
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	server := nrepotest.NewServer(t)
	cmd.Env = append(server.Environ(), "FEW="+few, "PATH="+bin+":"+plugins+":/usr/bin:/bin", "CI=")
	cmd.WaitDelay = 30 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && !strings.Contains(line, "2>&1") && !strings.Contains(line, "--timeout") {
		t.Fatalf("%s: %v: %s", line, err, stderr.String())
	}
	if !strings.Contains(line, "nrepo token") && !strings.Contains(line, "nrepo sandbox --addr") { // these print a secret on purpose
		wantNoSecret(t, server, withoutShown(string(out)), stderr.String())
	}
	var object map[string]any
	if err := json.Unmarshal(out, &object); err != nil {
		t.Fatalf("%s prints %q: %v", line, out, err)
	}
	return object
}
