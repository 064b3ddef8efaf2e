package e2e

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestPublicNamesAreDocumented checks that every package in pkg/ has a package comment
// and a tested example, and that every exported name has a comment.
func TestPublicNamesAreDocumented(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("../pkg/*")
	if err != nil || len(dirs) < 5 {
		t.Fatalf("%q, %v", dirs, err)
	}
	for _, dir := range dirs {
		pkg, examples := parsePackage(t, dir)
		for _, problem := range undocumented(pkg) {
			t.Errorf("%s: %s", pkg.Name, problem)
		}
		if examples == 0 {
			t.Errorf("%s has no example that runs", pkg.Name)
		}
	}
}

// parsePackage reads the files of a package for all systems, and counts its examples
// that are run.
func parsePackage(t *testing.T, dir string) (pkg *doc.Package, examples int) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	for _, e := range doc.Examples(files...) {
		if e.Output != "" || e.EmptyOutput {
			examples++
		}
	}
	if pkg, err = doc.NewFromFiles(fset, files, "github.com/nrepo-cli/nrepo/pkg/"+filepath.Base(dir)); err != nil {
		t.Fatal(err)
	}
	return pkg, examples
}

// undocumented returns the exported names without a comment.
func undocumented(pkg *doc.Package) (problems []string) {
	want := func(comment, name string) {
		if strings.TrimSpace(comment) == "" {
			problems = append(problems, name+" has no comment")
		}
	}
	want(pkg.Doc, "the package")
	values := func(list []*doc.Value) {
		for _, v := range list {
			for _, spec := range v.Decl.Specs {
				if s, ok := spec.(*ast.ValueSpec); ok && v.Doc == "" && s.Doc.Text() == "" && s.Comment.Text() == "" {
					want("", s.Names[0].Name)
				}
			}
		}
	}
	funcs := func(of string, list []*doc.Func) {
		for _, f := range list {
			want(f.Doc, of+f.Name)
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	funcs("", pkg.Funcs)
	for _, typ := range pkg.Types {
		want(typ.Doc, typ.Name)
		values(typ.Consts)
		values(typ.Vars)
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
		for _, spec := range typ.Decl.Specs {
			fields, ok := spec.(*ast.TypeSpec).Type.(*ast.StructType)
			if !ok {
				continue
			}
			names := ""
			for _, f := range fields.Fields.List { // the service documents fields with a JSON name
				names += " " + f.Doc.Text()
				if len(f.Names) > 0 && f.Names[0].IsExported() && f.Tag == nil && !strings.Contains(names, f.Names[0].Name) {
					want(f.Comment.Text(), typ.Name+"."+f.Names[0].Name)
				}
			}
		}
	}
	return problems
}

// TestUndocumented checks that undocumented names are found.
func TestUndocumented(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", "package x\nconst A = 1\n// B is.\nconst B = 1\nfunc C() {}\ntype D struct{ E int }\nfunc (D) F() {}\nfunc g() {}\n", parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := doc.NewFromFiles(fset, []*ast.File{f}, "x")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(undocumented(pkg), "; ")
	const want = "the package has no comment; A has no comment; C has no comment; D has no comment; D.F has no comment; D.E has no comment"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
