package graph

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// lists is a small Source.
type lists struct {
	nodes []Node
	edges []Edge
}

func (l lists) Len() (nodes, edges int) { return len(l.nodes), len(l.edges) }
func (l lists) Node(i int) Node         { return l.nodes[i] }
func (l lists) Edge(i int) Edge         { return l.edges[i] }

func nodes(ids ...string) (list []Node) {
	for _, id := range ids {
		list = append(list, Node{ID: id, Title: "T" + id})
	}
	return list
}

// edges reads "1 blocks 2".
func edges(lines ...string) (list []Edge) {
	for i, line := range lines {
		words := strings.Fields(line)
		list = append(list, Edge{fmt.Sprint(100 + i), words[0], words[2], words[1], ""})
	}
	return list
}

func (v View) ids() (ids []string) {
	for node, depth := range v.Nodes {
		ids = append(ids, fmt.Sprintf("%s/%d", node.ID, depth))
	}
	return ids
}

func (v View) names() (names []string) {
	for e := range v.Edges {
		names = append(names, e.Source+" "+e.Type+" "+e.Target)
	}
	return names
}

func example() *Graph {
	return New(lists{nodes("1", "2", "3", "4", "5", "6"), edges(
		"1 blocks 2", "2 blocks 3", "1 parent 4", "3 related 4", "5 blocks 1", "9 blocks 1", "2 blocks 2")})
}

func TestAround(t *testing.T) {
	t.Parallel()
	g := example()
	for name, tt := range map[string]struct {
		view  View
		nodes []string
		edges []string
	}{
		"nothing":    {g.Around("1", 0, nil), []string{"1/0"}, nil},
		"one step":   {g.Around("1", 1, nil), []string{"1/0", "2/1", "4/1", "5/1"}, []string{"1 blocks 2", "1 parent 4", "5 blocks 1"}},
		"two steps":  {g.Around("1", 2, nil), []string{"1/0", "2/1", "4/1", "5/1", "3/2"}, []string{"1 blocks 2", "2 blocks 3", "1 parent 4", "3 related 4", "5 blocks 1"}},
		"one type":   {g.Around("1", 9, []string{"parent", "related"}), []string{"1/0", "4/1", "3/2"}, []string{"1 parent 4", "3 related 4"}},
		"alone":      {g.Around("6", 9, nil), []string{"6/0"}, nil},
		"not there":  {g.Around("7", 9, nil), nil, nil},
		"what waits": {g.Waiting("1"), []string{"1/0", "2/1", "3/2"}, []string{"1 blocks 2", "2 blocks 3"}},
		"none waits": {g.Waiting("4"), []string{"4/0"}, nil},
		"it waits":   {g.Waiting("5"), []string{"5/0", "1/1", "2/2", "3/3"}, []string{"1 blocks 2", "2 blocks 3", "5 blocks 1"}},
	} {
		if !slices.Equal(tt.view.ids(), tt.nodes) || !slices.Equal(tt.view.names(), tt.edges) {
			t.Errorf("%s: %q %q, want %q %q", name, tt.view.ids(), tt.view.names(), tt.nodes, tt.edges)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	g := example()
	v, ok := g.Path("5", "4", nil)
	if !ok || !slices.Equal(v.ids(), []string{"5/0", "1/1", "4/2"}) || !slices.Equal(v.names(), []string{"5 blocks 1", "1 parent 4"}) {
		t.Errorf("%v %q %q", ok, v.ids(), v.names())
	}
	if v, ok := g.Path("1", "1", nil); !ok || v.Len() != 1 {
		t.Errorf("to itself: %v %q", ok, v.ids())
	}
	for _, pair := range [][2]string{{"1", "6"}, {"1", "7"}, {"7", "1"}} {
		if _, ok := g.Path(pair[0], pair[1], nil); ok {
			t.Errorf("there is a way from %s to %s", pair[0], pair[1])
		}
	}
}

func draw(t *testing.T, v View, plain bool) string {
	t.Helper()
	var b strings.Builder
	if err := v.Tree(&b, plain, func(n Node, _ int) string { return n.Title }, func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTree(t *testing.T) {
	t.Parallel()
	want := `T1
├─ blocks T2
│  └─ blocks T3
├─ parent of T4
│  └─ related to T3 (above)
└─ blocked by T5
`
	if got := draw(t, example().Around("1", 9, nil), false); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := draw(t, example().Waiting("2"), true); got != "T2\n`- blocks T3\n" {
		t.Error(got)
	}
	way, _ := example().Path("5", "4", nil)
	if got := draw(t, way, false); got != "T5\n└─ blocks T1\n   └─ parent of T4\n" {
		t.Error(got)
	}
	twice := New(lists{nodes("1", "2"), edges("1 blocks 2", "2 inspires 1")})
	if got := draw(t, twice.Around("1", 1, nil), false); got != "T1\n└─ blocks T2\n   └─ inspires T1 (above)\n" {
		t.Error(got)
	}
}

// Every relation is in the tree once, and every idea is expanded once.
func TestTreeIsWhole(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 2 + r.IntN(12)
		var ids, lines []string
		for i := range n {
			ids = append(ids, fmt.Sprint(i))
		}
		for range r.IntN(3 * n) {
			lines = append(lines, fmt.Sprintf("%d %s %d", r.IntN(n), []string{"blocks", "related"}[r.IntN(2)], r.IntN(n)))
		}
		v := New(lists{nodes(ids...), edges(lines...)}).Around("0", n, nil)
		tree := draw(t, v, false)
		if got := strings.Count(tree, "\n"); got != 1+len(v.edges) {
			t.Fatalf("%d lines for %d relations:\n%s%q", got, len(v.edges), tree, lines)
		}
		if full := strings.Count(tree, "\n") - strings.Count(tree, "(above)\n"); full != v.Len() {
			t.Fatalf("%d ideas in full of %d:\n%s", full, v.Len(), tree)
		}
	}
}

func hostile(n int) View {
	var list []Node
	var lines []string
	for i := range n {
		list = append(list, Node{ID: fmt.Sprint(i), Title: "a \"quoted\" \\ <b>\n#12; `x` -- end"})
		lines = append(lines, fmt.Sprintf("%d related %d", i, (i+1)%n))
	}
	return New(lists{list, edges(lines...)}).Around("0", n, nil)
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := hostile(2).Mermaid(&b, func(n Node) string { return n.Title }); err != nil {
		t.Fatal(err)
	}
	want := "flowchart LR\n  n1[\"a #quot;quoted#quot; \\ #lt;b#gt; #35;12; #96;x#96; -- end\"]\n"
	if !strings.HasPrefix(b.String(), want) || !strings.Contains(b.String(), "  n1 ---|\"related\"| n2\n") {
		t.Error(b.String())
	}
}

func TestDot(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := hostile(3).Dot(&b, func(n Node) string { return n.Title }); err != nil {
		t.Fatal(err)
	}
	if want := `  "0" [label="a \"quoted\" \\ <b> #12; ` + "`x`" + ` -- end"];`; !strings.Contains(b.String(), want) || !strings.Contains(b.String(), `"0" -> "1" [label="related", dir=none];`) {
		t.Error(b.String())
	}
	dot, err := exec.LookPath("dot")
	if err != nil {
		return // without Graphviz, only the text is compared
	}
	cmd := exec.Command(dot, "-Tcanon")
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("dot: %v %s", err, out)
	}
}

func BenchmarkAround(b *testing.B) {
	var list []Node
	var relations []Edge
	for i := range 100_000 {
		list = append(list, Node{ID: fmt.Sprint(i)})
		relations = append(relations, Edge{Source: fmt.Sprint(i), Target: fmt.Sprint(i * 7 % 100_000), Type: "related"})
	}
	g := New(lists{list, relations})
	for b.Loop() {
		g.Around("0", 100_000, nil)
	}
}
