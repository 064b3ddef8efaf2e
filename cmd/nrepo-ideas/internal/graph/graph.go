// Package graph answers questions about ideas and their relations: which ideas are related
// to an idea, which ones wait for it, and how two ideas are connected. It draws the answer
// as a tree, or writes it for Graphviz or Mermaid.
package graph

import "slices"

// Node is an idea.
type Node struct {
	ID     string
	Number string // "" if not known
	Title  string
	Status string
	Tags   []string
}

// Edge is a relation from the id Source to the id Target.
type Edge struct {
	ID     string
	Source string
	Target string
	Type   string
	Note   string
}

// Source has all ideas and relations of a user, by index from 0.
type Source interface {
	Len() (nodes, edges int)
	Node(i int) Node
	Edge(i int) Edge
}

// Graph holds how the ideas of a Source are connected. It needs about 40 bytes for an idea
// and 16 for a relation, and reads everything else from the source.
type Graph struct {
	source   Source
	size     int // number of nodes
	index    map[string]int32
	numbers  map[int32]string
	ends     [][2]int32 // for each edge: the indexes of its two ideas; twice the same index if the edge is left out
	first    []int32    // for each node: the index in incident where its edges begin
	incident []int32    // edges in the source's order, node by node
}

// New returns the graph of a source. It leaves out relations with an idea that the source
// does not have, and relations of an idea with itself.
func New(source Source) *Graph {
	nodes, edges := source.Len()
	g := &Graph{source: source, size: nodes, index: make(map[string]int32, nodes), numbers: map[int32]string{},
		ends: make([][2]int32, edges), first: make([]int32, nodes+2)}
	for i := range nodes {
		g.index[source.Node(i).ID] = int32(i)
	}
	for i := range edges {
		edge := source.Edge(i)
		from, known := g.index[edge.Source]
		to, alsoKnown := g.index[edge.Target]
		if known && alsoKnown && from != to {
			g.ends[i] = [2]int32{from, to}
			g.first[from+2]++
			g.first[to+2]++
		}
	}
	for i := range nodes + 1 {
		g.first[i+1] += g.first[i]
	}
	g.incident = make([]int32, g.first[nodes+1])
	for i, ends := range g.ends {
		if ends[0] != ends[1] {
			for _, node := range ends {
				g.incident[g.first[node+1]] = int32(i)
				g.first[node+1]++
			}
		}
	}
	return g
}

// around returns the edges of a node.
func (g *Graph) around(node int32) []int32 { return g.incident[g.first[node]:g.first[node+1]] }

func (g *Graph) node(i int32) Node {
	n := g.source.Node(int(i))
	if number := g.numbers[i]; number != "" {
		n.Number = number
	}
	return n
}

func (g *Graph) edge(i int32) Edge { return g.source.Edge(int(i)) }

// Has reports whether the graph has an idea.
func (g *Graph) Has(id string) bool {
	_, ok := g.index[id]
	return ok
}

// SetNumber sets the number of an idea.
func (g *Graph) SetNumber(id, number string) {
	if i, ok := g.index[id]; ok {
		g.numbers[i] = number
	}
}

// View is a part of a graph, seen from one idea.
type View struct {
	g     *Graph
	order []int32        // the nodes, nearest first
	place map[int32]step // how each node was reached
	edges []int32        // all edges between the nodes, in the graph's order
}

// step is how a node was reached.
type step struct {
	depth int32
	via   int32 // the edge; -1 for the first node
}

// Around returns the ideas that are at most depth relations away from root, and every
// relation between them. Only relations of the given types count; no types means all.
func (g *Graph) Around(root string, depth int, types []string) View {
	return g.walk(root, depth, func(edge Edge, _ bool) bool { return len(types) == 0 || slices.Contains(types, edge.Type) })
}

// Waiting returns the ideas that root blocks, those that they block, and so on.
func (g *Graph) Waiting(root string) View {
	return g.walk(root, g.size, func(edge Edge, out bool) bool { return edge.Type == "blocks" && out })
}

// Path returns the ideas on a shortest path from a to b, along relations of the types in
// either direction, and false if there is none.
func (g *Graph) Path(a, b string, types []string) (View, bool) {
	v := g.Around(a, g.size, types)
	to, known := g.index[b]
	if _, reached := v.place[to]; !known || !reached {
		return View{}, false
	}
	way := View{g: g, place: map[int32]step{}}
	for at := to; ; {
		s := v.place[at]
		way.order = append(way.order, at)
		way.place[at] = s
		if s.via < 0 {
			break
		}
		way.edges = append(way.edges, s.via)
		at = g.other(s.via, at)
	}
	slices.Reverse(way.order)
	slices.Reverse(way.edges)
	return way, true
}

// walk goes through the graph breadth first, along the edges that follow accepts.
func (g *Graph) walk(root string, depth int, follow func(edge Edge, out bool) bool) View {
	v := View{g: g, place: map[int32]step{}}
	start, known := g.index[root]
	if !known {
		return v
	}
	v.order = append(v.order, start)
	v.place[start] = step{via: -1}
	for i := 0; i < len(v.order); i++ {
		at := v.order[i]
		here := v.place[at]
		if int(here.depth) >= depth {
			continue
		}
		for _, e := range g.around(at) {
			if !follow(g.edge(e), g.ends[e][0] == at) {
				continue
			}
			next := g.other(e, at)
			if _, seen := v.place[next]; !seen {
				v.place[next] = step{here.depth + 1, e}
				v.order = append(v.order, next)
			}
		}
	}
	for _, at := range v.order {
		for _, e := range g.around(at) {
			_, shown := v.place[g.other(e, at)]
			if g.ends[e][0] == at && shown && (follow(g.edge(e), true) || follow(g.edge(e), false)) {
				v.edges = append(v.edges, e)
			}
		}
	}
	slices.Sort(v.edges)
	return v
}

func (g *Graph) other(edge, node int32) int32 {
	if g.ends[edge][0] == node {
		return g.ends[edge][1]
	}
	return g.ends[edge][0]
}

// Len returns the number of ideas in the view.
func (v View) Len() int { return len(v.order) }

// Nodes returns the ideas, nearest first, each with its distance from the root.
func (v View) Nodes(yield func(node Node, depth int) bool) {
	for _, i := range v.order {
		if !yield(v.g.node(i), int(v.place[i].depth)) {
			return
		}
	}
}

// Edges returns the relations between the view's ideas.
func (v View) Edges(yield func(Edge) bool) {
	for _, i := range v.edges {
		if !yield(v.g.edge(i)) {
			return
		}
	}
}
