package graph

import (
	"bufio"
	"io"
	"unicode/utf8"
)

// lines are the characters that a tree is drawn with.
type lines struct{ branch, last, down, blank string }

var (
	boxes = lines{"├─ ", "└─ ", "│  ", "   "}
	ascii = lines{"|- ", "`- ", "|  ", "   "}
)

// Label names a relation as seen from one of its ideas: "blocks" from its source, "blocked
// by" from its target.
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

// above marks a node that is already in the tree.
const above = " (above)"

// branch is a line below a node: an edge to another one.
type branch struct {
	edge, to int32
	again    bool // the other node is already in the tree
}

// Tree draws the view, with only ASCII characters if plain is true. text returns the text
// of a node, for a line on which taken columns are already used. label returns the text of
// the relation before the node, which may have colour. The part below a node is drawn
// once; if another relation leads to the node, the node is marked "(above)".
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
			indent   int // the length of the prefix before them
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

// branches returns the lines below a node: the nodes first reached from it, and edges to
// nodes that were drawn before it. An edge to a later node is drawn below that node.
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
