package pages

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

const (
	maxDrawn  = 200 // ideas in the picture
	rowHeight = 40  // of an idea in the picture
	arcs      = 128 // width of the picture; the arcs are left of the ideas
	dotAt     = arcs - 14
)

// graphView is a picture of all relations: a column of ideas, with an arc for each relation
// on the left.
type graphView struct {
	Rows          []row
	Arcs          []arc
	Width, Height int
	Alone         int // ideas without a relation
	Left          int // ideas with a relation that are not drawn
}

type row struct {
	store.Node
	Y int // y coordinate of its dot
}

type arc struct {
	Path  string // an SVG path from the source to the target
	Type  string
	Title string
}

func (p *Pages) graph(w http.ResponseWriter, _ *http.Request, v Visitor) error {
	nodes, err := p.Store.Nodes(v.User.ID)
	if err != nil {
		return err
	}
	edges, err := p.Store.Edges(v.User.ID)
	if err != nil {
		return err
	}
	return p.Render(w, http.StatusOK, v, "graph", draw(nodes, edges))
}

func draw(nodes []store.Node, edges []store.Edge) graphView {
	related := order(nodes, edges)
	g := graphView{Width: arcs, Alone: len(nodes) - len(related)}
	if len(related) > maxDrawn {
		g.Left, related = len(related)-maxDrawn, related[:maxDrawn]
	}
	at := map[int64]int{} // rows by id
	for i, node := range related {
		at[node.ID] = i
		g.Rows = append(g.Rows, row{node, i*rowHeight + rowHeight/2})
	}
	g.Height = len(related) * rowHeight
	between := map[[2]int]int{} // arcs between two rows
	for _, e := range edges {
		from, source := at[e.Source]
		to, target := at[e.Target]
		if !source || !target {
			continue
		}
		pair := [2]int{min(from, to), max(from, to)}
		// A longer arc is wider, and a second arc between the same ideas goes around the first.
		reach := min(24+14*(pair[1]-pair[0])+10*between[pair], dotAt*4/3-8)
		between[pair]++
		a, b := g.Rows[from], g.Rows[to]
		g.Arcs = append(g.Arcs, arc{
			Path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", dotAt-5, a.Y, dotAt-reach, a.Y, dotAt-reach, b.Y, dotAt-7, b.Y),
			Type:  e.Type,
			Title: fmt.Sprintf("#%d %s #%d", a.Number, outgoing(e.Type), b.Number),
		})
	}
	return g
}

// order returns the nodes that have an edge, newest first. Connected nodes follow each other,
// and each node comes after the one from which it was reached.
func order(nodes []store.Node, edges []store.Edge) (ordered []store.Node) {
	byID := map[int64]store.Node{}
	for _, node := range nodes {
		byID[node.ID] = node
	}
	next := map[int64][]int64{}
	for _, e := range edges {
		next[e.Source] = append(next[e.Source], e.Target)
		next[e.Target] = append(next[e.Target], e.Source)
	}
	seen := map[int64]bool{}
	for _, node := range slices.Backward(nodes) {
		stack := []int64{node.ID}
		for len(stack) > 0 && len(next[node.ID]) > 0 {
			id := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[id] {
				continue
			}
			seen[id] = true
			ordered = append(ordered, byID[id])
			stack = append(stack, next[id]...)
		}
	}
	return ordered
}
