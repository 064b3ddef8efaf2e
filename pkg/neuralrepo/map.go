package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

// Map is all ideas of the user with their relations
// (https://docs.neuralrepo.com/api/map). It is stored compactly: 100,000 ideas
// with as many tags and relations take about 20 MB.
type Map struct {
	nodes chunked[packedNode]
	edges chunked[packedEdge]
	text  []byte   // the titles
	tags  []uint32 // of all nodes: indexes in words
	words []string // texts that occur often; the first is ""
}

// MapNode is an idea on the map. The service sends no numbers here.
type MapNode struct {
	ID     ID       `json:"id"`
	Title  string   `json:"title"`
	Status string   `json:"status"` // one of Statuses
	Tags   []string `json:"tags"`   // empty for none
}

// MapEdge is a relation on the map.
type MapEdge struct {
	ID       ID     `json:"id"`
	SourceID ID     `json:"source"`        // of a node
	TargetID ID     `json:"target"`        // of a node
	Type     string `json:"relation_type"` // one of RelationTypes, or "duplicate"
	Note     string `json:"note"`          // "" for none
}

// Len returns how many ideas and relations there are.
func (m *Map) Len() (nodes, edges int) { return m.nodes.n, m.edges.n }

// Node returns the idea with the index i, from 0.
func (m *Map) Node(i int) MapNode {
	n := m.nodes.at(i)
	node := MapNode{m.unpack(n.id), string(m.text[n.title:n.titleEnd]), m.words[n.status], []string{}}
	for _, tag := range m.tags[n.tags:n.tagsEnd] {
		node.Tags = append(node.Tags, m.words[tag])
	}
	return node
}

// Edge returns the relation with the index i, from 0.
func (m *Map) Edge(i int) MapEdge {
	e := m.edges.at(i)
	return MapEdge{m.unpack(e.id), m.unpack(e.source), m.unpack(e.target), m.words[e.kind], m.words[e.note]}
}

// Nodes returns the ideas, in the order of the service.
func (m *Map) Nodes() iter.Seq[MapNode] { return all(m.nodes.n, m.Node) }

// Edges returns the relations, in the order of the service.
func (m *Map) Edges() iter.Seq[MapEdge] { return all(m.edges.n, m.Edge) }

func all[T any](n int, at func(int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range n {
			if !yield(at(i)) {
				return
			}
		}
	}
}

// MarshalJSON encodes the map as the service sends it.
func (m *Map) MarshalJSON() ([]byte, error) {
	doc := struct {
		Nodes []MapNode `json:"nodes"`
		Edges []MapEdge `json:"edges"`
	}{[]MapNode{}, []MapEdge{}}
	doc.Nodes = slices.AppendSeq(doc.Nodes, m.Nodes())
	doc.Edges = slices.AppendSeq(doc.Edges, m.Edges())
	return json.Marshal(doc)
}

// mapLimits allow more than 100,000 ideas with their relations.
var mapLimits = apihttp.Limits{Bytes: 64 << 20, Values: 2_000_000}

// Map returns the map, with a single request: GET /map. The response may have up
// to 64 MiB and two million values.
func (c *Client) Map(ctx context.Context) (m *Map, err error) {
	err = c.stream(ctx, "/map", mapLimits, func(body io.Reader) (err error) {
		m, err = readMap(body, packer.node)
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// MapEdges returns the map without its ideas, which need most of the memory and of the
// time, and the number of ideas. It makes the same request as [Client.Map].
func (c *Client) MapEdges(ctx context.Context) (m *Map, nodes int, err error) {
	err = c.stream(ctx, "/map", mapLimits, func(body io.Reader) (err error) {
		nodes = 0
		m, err = readMap(body, func(_ packer, dec *json.Decoder) error {
			nodes++
			return skip(dec)
		})
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return m, nodes, nil
}

// readMap reads a map. It calls node to read each idea.
func readMap(body io.Reader, node func(packer, *json.Decoder) error) (*Map, error) {
	dec := json.NewDecoder(body)
	p := packer{Map: &Map{}, places: map[string]uint32{}}
	p.word("")
	if err := beginObject(dec); err != nil {
		return nil, err
	}
	var nodes, edges bool
	err := readObject(dec, func(name string) error {
		switch name {
		case "nodes":
			nodes = true
			return readList(dec, func() error { return node(p, dec) })
		case "edges":
			edges = true
			return readList(dec, func() error { return p.edge(dec) })
		}
		return skip(dec)
	})
	if err == nil && !(nodes && edges) {
		err = errors.New("there are no nodes or no edges")
	}
	if err != nil {
		return nil, err
	}
	return p.Map, readEnd(dec)
}

type packedNode struct {
	id              uint64
	title, titleEnd uint32 // offsets in text
	tags, tagsEnd   uint32 // indexes in tags
	status          uint32 // index in words
}

type packedEdge struct {
	id, source, target uint64
	kind, note         uint32 // indexes in words
}

// packer fills a Map.
type packer struct {
	*Map
	places map[string]uint32 // indexes in words
}

func (p packer) node(dec *json.Decoder) error {
	var n MapNode
	if err := dec.Decode(&n); err != nil {
		return err
	}
	if n.ID == "" {
		return errors.New("an idea has no id")
	}
	packed := packedNode{id: p.pack(n.ID), status: p.word(n.Status), title: uint32(len(p.text)), tags: uint32(len(p.tags))}
	p.text = append(p.text, n.Title...)
	for _, tag := range n.Tags {
		p.tags = append(p.tags, p.word(tag))
	}
	packed.titleEnd, packed.tagsEnd = uint32(len(p.text)), uint32(len(p.tags))
	p.nodes.add(packed)
	return nil
}

func (p packer) edge(dec *json.Decoder) error {
	var e MapEdge
	if err := dec.Decode(&e); err != nil {
		return err
	}
	if e.SourceID == "" || e.TargetID == "" {
		return errors.New("a relation has no source or target")
	}
	p.edges.add(packedEdge{p.pack(e.ID), p.pack(e.SourceID), p.pack(e.TargetID), p.word(e.Type), p.word(e.Note)})
	return nil
}

// word returns the index of a text that may occur often.
func (p packer) word(text string) uint32 {
	place, ok := p.places[text]
	if !ok {
		place = uint32(len(p.words))
		p.words = append(p.words, text)
		p.places[text] = place
	}
	return place
}

// pack encodes an id as a number: a whole number as an even one, and any other id as an odd one
// with its index in words.
func (p packer) pack(id ID) uint64 {
	if n, err := strconv.ParseUint(string(id), 10, 63); err == nil && strconv.FormatUint(n, 10) == string(id) {
		return n << 1
	}
	return uint64(p.word(string(id)))<<1 | 1
}

func (m *Map) unpack(id uint64) ID {
	if id&1 == 1 {
		return ID(m.words[id>>1])
	}
	return ID(strconv.FormatUint(id>>1, 10))
}

// chunked is a list that grows without being copied, because a copy would double its memory.
type chunked[T any] struct {
	parts [][]T
	n     int
}

const chunk = 4096

func (c *chunked[T]) add(item T) {
	if c.n%chunk == 0 {
		c.parts = append(c.parts, make([]T, 0, chunk))
	}
	last := &c.parts[len(c.parts)-1]
	*last = append(*last, item)
	c.n++
}

func (c *chunked[T]) at(i int) T { return c.parts[i/chunk][i%chunk] }
