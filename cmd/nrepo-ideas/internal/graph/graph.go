// Package graph answers questions about ideas and their relations: what surrounds
// an idea, what waits for it, how two ideas are connected. It draws the answer as a
// tree, or writes it for Graphviz or Mermaid.
package graph

import "slices"

// Node is an idea.
type Node struct {
	ID     string
	Number string // "" where it is not known
	Title  string
	Status string
	Tags   []string
}

// Edge is a relation that goes out from Source and leads to Target, both ids.
type Edge struct {
	ID     string
	Source string
	Target string
	Type   string
	Note   string
}

// Graph is all ideas and relations of a person.
type Graph struct {
	nodes    []Node
	edges    []Edge
	ends     [][2]int32 // of each edge: the places of source and target in nodes
	incident [][]int32  // of each node: its edges, in a stable order
	index    map[string]int32
}

// New returns the graph of these ideas and relations. A relation with an idea that
// is not among them is left out.
func New(nodes []Node, edges []Edge) *Graph {
	g := &Graph{nodes: nodes, incident: make([][]int32, len(nodes)), index: make(map[string]int32, len(nodes))}
	for i, node := range nodes {
		g.index[node.ID] = int32(i)
	}
	for _, edge := range edges {
		source, known := g.index[edge.Source]
		target, alsoKnown := g.index[edge.Target]
		if !known || !alsoKnown || source == target {
			continue
		}
		i := int32(len(g.edges))
		g.edges = append(g.edges, edge)
		g.ends = append(g.ends, [2]int32{source, target})
		g.incident[source] = append(g.incident[source], i)
		g.incident[target] = append(g.incident[target], i)
	}
	return g
}

// Has reports whether the graph has an idea.
func (g *Graph) Has(id string) bool {
	_, ok := g.index[id]
	return ok
}

// SetNumber gives the idea of a node its number.
func (g *Graph) SetNumber(id, number string) {
	if i, ok := g.index[id]; ok {
		g.nodes[i].Number = number
	}
}

// View is a part of a graph, seen from one idea.
type View struct {
	g     *Graph
	order []int32        // the nodes, nearest first
	place map[int32]step // of each of them
	edges []int32        // all that are between them, in the graph's order
}

// step is how a node was reached.
type step struct {
	depth int32
	via   int32 // the edge; -1 for the first node
}

// Around returns the ideas that at most depth relations of the types are away from
// root, and every relation of the types between them. No types mean all.
func (g *Graph) Around(root string, depth int, types []string) View {
	return g.walk(root, depth, func(edge Edge, _ bool) bool { return len(types) == 0 || slices.Contains(types, edge.Type) })
}

// Waiting returns the ideas that root blocks, those that they block, and so on.
func (g *Graph) Waiting(root string) View {
	return g.walk(root, len(g.nodes), func(edge Edge, out bool) bool { return edge.Type == "blocks" && out })
}

// Path returns the ideas on a shortest way from a to b, over relations of the types
// in either direction, and false where there is none.
func (g *Graph) Path(a, b string, types []string) (View, bool) {
	v := g.Around(a, len(g.nodes), types)
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

// walk goes through the graph breadth first, along the edges that follow lets through.
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
		for _, e := range g.incident[at] {
			if !follow(g.edges[e], g.ends[e][0] == at) {
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
		for _, e := range g.incident[at] {
			_, shown := v.place[g.other(e, at)]
			if g.ends[e][0] == at && shown && (follow(g.edges[e], true) || follow(g.edges[e], false)) {
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

// Len returns how many ideas the view has.
func (v View) Len() int { return len(v.order) }

// Nodes returns the ideas, nearest first, and how many relations each is away.
func (v View) Nodes(yield func(node Node, depth int) bool) {
	for _, i := range v.order {
		if !yield(v.g.nodes[i], int(v.place[i].depth)) {
			return
		}
	}
}

// Edges returns the relations between the view's ideas.
func (v View) Edges(yield func(Edge) bool) {
	for _, i := range v.edges {
		if !yield(v.g.edges[i]) {
			return
		}
	}
}
