package graph

import (
	"bufio"
	"io"
	"unicode/utf8"
)

// lines are what a tree is drawn with.
type lines struct{ branch, last, down, blank string }

var (
	boxes = lines{"├─ ", "└─ ", "│  ", "   "}
	ascii = lines{"|- ", "`- ", "|  ", "   "}
)

// Label names a relation as it is seen from one of its ideas: what an idea that
// "blocks" another is to it, and the other way round.
func Label(relation string, outgoing bool) string {
	names := map[string][2]string{
		"related":    {"related to", "related to"},
		"parent":     {"parent of", "child of"},
		"blocks":     {"blocks", "blocked by"},
		"inspires":   {"inspires", "inspired by"},
		"supersedes": {"supersedes", "superseded by"},
		"duplicate":  {"duplicate of", "has duplicate"},
	}[relation]
	switch {
	case names[0] == "":
		return relation
	case outgoing:
		return names[0]
	}
	return names[1]
}

// above marks a node that stands in the tree already.
const above = " (above)"

// branch is a line below a node: an edge to another one.
type branch struct {
	edge, to int32
	again    bool // the other one stands in the tree already
}

// Tree draws the view, with ASCII characters alone where plain is set. text gives
// the text of a node, in a line of which some columns are taken, and label that of the
// relation before it, which may have colour. A node is drawn with
// what is below it once; where another relation leads to it again, it is "(above)".
func (v View) Tree(w io.Writer, plain bool, text func(n Node, taken int) string, label func(string) string) error {
	draw := boxes
	if plain {
		draw = ascii
	}
	out := bufio.NewWriter(w)
	if len(v.order) > 0 {
		shown := make(map[int32]bool, len(v.edges))
		for _, e := range v.edges {
			shown[e] = true
		}
		root := v.order[0]
		drawn := map[int32]bool{root: true}
		out.WriteString(text(v.g.node(root), 0) + "\n")
		type level struct {
			branches []branch
			indent   int // how much of prefix stands before them
		}
		var prefix []byte
		stack := []level{{v.branches(root, shown, drawn), 0}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.branches) == 0 {
				stack = stack[:len(stack)-1]
				continue
			}
			b := top.branches[0]
			top.branches = top.branches[1:]
			prefix = prefix[:top.indent]
			mark, below := draw.branch, draw.down
			if len(top.branches) == 0 {
				mark, below = draw.last, draw.blank
			}
			out.Write(prefix)
			outgoing := v.g.ends[b.edge][1] == b.to
			name := Label(v.g.edge(b.edge).Type, outgoing)
			taken := utf8.RuneCount(prefix) + utf8.RuneCountInString(mark+name) + 1
			if b.again {
				taken += len(above)
			}
			out.WriteString(mark + label(name) + " " + text(v.g.node(b.to), taken))
			if b.again {
				out.WriteString(above + "\n")
				continue
			}
			if _, err := out.WriteString("\n"); err != nil {
				return err
			}
			drawn[b.to] = true
			prefix = append(prefix, below...)
			stack = append(stack, level{v.branches(b.to, shown, drawn), len(prefix)})
		}
	}
	return out.Flush()
}

// branches returns what stands below a node: the nodes first reached from it, and
// edges to nodes that were drawn before it. An edge to a node that comes later is
// drawn there.
func (v View) branches(at int32, shown, drawn map[int32]bool) []branch {
	var list []branch
	for _, e := range v.g.around(at) {
		to := v.g.other(e, at)
		switch {
		case !shown[e] || v.place[at].via == e:
		case v.place[to].via == e:
			list = append(list, branch{e, to, false})
		case drawn[to]:
			list = append(list, branch{e, to, true})
		}
	}
	return list
}
