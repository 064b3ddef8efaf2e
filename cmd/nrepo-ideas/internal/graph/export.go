package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Dot writes the view for Graphviz (https://graphviz.org/doc/info/lang.html). label returns
// the text of a node.
func (v View) Dot(w io.Writer, label func(Node) string) error {
	out := bufio.NewWriter(w)
	out.WriteString("digraph ideas {\n  node [shape=box];\n")
	for node := range v.Nodes {
		fmt.Fprintf(out, "  %s [label=%s];\n", dotQuote(node.ID), dotQuote(label(node)))
	}
	for edge := range v.Edges {
		fmt.Fprintf(out, "  %s -> %s [label=%s%s];\n", dotQuote(edge.Source), dotQuote(edge.Target), dotQuote(edge.Type), direction(edge.Type))
	}
	out.WriteString("}\n")
	return out.Flush()
}

// direction omits the arrow of a relation that has no direction.
func direction(relation string) string {
	if relation == "related" {
		return ", dir=none"
	}
	return ""
}

func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(s) + `"`
}

// Mermaid writes the view as a Mermaid flowchart
// (https://mermaid.js.org/syntax/flowchart.html). label returns the text of a node.
func (v View) Mermaid(w io.Writer, label func(Node) string) error {
	out := bufio.NewWriter(w)
	out.WriteString("flowchart LR\n")
	names := make(map[string]string, v.Len())
	for node := range v.Nodes {
		names[node.ID] = fmt.Sprintf("n%d", len(names)+1) // ids may be reserved words in Mermaid
		fmt.Fprintf(out, "  %s[%s]\n", names[node.ID], mermaidQuote(label(node)))
	}
	for edge := range v.Edges {
		arrow := "-->"
		if edge.Type == "related" {
			arrow = "---"
		}
		fmt.Fprintf(out, "  %s %s|%s| %s\n", names[edge.Source], arrow, mermaidQuote(edge.Type), names[edge.Target])
	}
	return out.Flush()
}

func mermaidQuote(s string) string {
	return `"` + strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "`", "#96;", "\r", " ", "\n", " ").Replace(s) + `"`
}
