package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSecurityPage checks that every row of docs/security.md names tests that exist.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| situation | ") {
			continue
		}
		cases++
		names := quotedNames(cells[len(cells)-1])
		if len(cells) != 3 || len(names) == 0 {
			t.Errorf("no test in: %s", line)
		}
		for _, name := range names {
			if !isTest(t, name) {
				t.Errorf("there is no %s", name)
			}
		}
	}
	if cases < 50 {
		t.Errorf("only %d cases were found", cases)
	}
}

// TestSecurityPageIsRead checks that missing tests are noticed.
func TestSecurityPageIsRead(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"e2e.TestSecurityPageIsRead":                       true,
		"pkg/authcfg.TestLinks/dangling":                   true,
		"e2e/testdata/login/apikey.txtar":                  true,
		"e2e.TestNoSuch":                                   false,
		"pkg/authcfg.TestLinks/no such case":               false,
		"pkg/nosuch.TestLinks":                             false,
		"e2e/testdata/login/nosuch.txtar":                  false,
		"pkg/authcfg.newStore":                             false,
		"e2e/testdata/login":                               false,
		"TestSecurityPage":                                 false,
		"pkg/authcfg.TestFullDisk/is a case of another's ": false,
	} {
		if isTest(t, name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

// quotedNames returns the texts between backquotes.
func quotedNames(text string) (names []string) {
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			names = append(names, part)
		}
	}
	return names
}

// isTest reports whether there is a script or a test with this name, which has the form
// DIRECTORY.TestFunction or DIRECTORY.TestFunction/case.
func isTest(t *testing.T, name string) bool {
	t.Helper()
	if strings.HasSuffix(name, ".txtar") {
		_, err := os.Stat(filepath.Join("..", filepath.FromSlash(name)))
		return err == nil
	}
	directory, name, _ := strings.Cut(name, ".")
	name, subtest, _ := strings.Cut(name, "/")
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(directory), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == name && strings.HasPrefix(name, "Test") {
				return subtest == "" || holdsString(f, subtest)
			}
		}
	}
	return false
}

// holdsString reports whether a function contains a string literal, the name of a case.
func holdsString(f *ast.FuncDecl, want string) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			found = found || err == nil && text == want
		}
		return !found
	})
	return found
}
