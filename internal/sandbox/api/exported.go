package api

import (
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// ReadIdea reads an idea in the form of GET /ideas/:id and of an export, with the limits for
// a new idea. Only the title is required; id and number are kept.
func ReadIdea(doc []byte) (idea store.SeedIdea, err error) {
	var in fields
	if !utf8.Valid(doc) || json.Unmarshal(doc, &in) != nil || in == nil {
		return idea, errors.New("must be a JSON object")
	}
	for name, value := range in {
		if string(value) == "null" {
			delete(in, name) // the same as not given
		}
	}
	delete(in, "parent_id") // the relations already contain it
	if idea.NewIdea, err = in.newIdea(); err != nil {
		return idea, plainText(err)
	}
	if idea.ID, err = in.id("id"); err != nil {
		return idea, plainText(err)
	}
	if idea.Number, err = in.id("number"); err != nil {
		return idea, plainText(err)
	}
	for name, at := range map[string]*string{"created_at": &idea.CreatedAt, "updated_at": &idea.UpdatedAt} {
		if *at, err = in.time(name); err != nil {
			return idea, err
		}
	}
	if json.Unmarshal(listOf(in["links"]), &idea.Links) != nil {
		return idea, errors.New("links must be an array of objects")
	}
	for _, l := range idea.Links {
		if l.URL == "" || !slices.Contains(linkTypes, l.LinkType) {
			return idea, errors.New("each link must have a url and a link_type")
		}
	}
	var relations []relation
	if json.Unmarshal(listOf(in["relations"]), &relations) != nil {
		return idea, errors.New("relations must be an array of objects")
	}
	for _, r := range relations {
		if r.Type != "duplicate" && !slices.Contains(store.RelationTypes, r.Type) {
			return idea, errors.New("each relation must have a relation_type")
		}
		idea.Relations = append(idea.Relations, store.Relation{Source: r.Source, Target: r.Target, Type: r.Type, Note: r.Note})
	}
	return idea, nil
}

// listOf returns the value, or an empty list if it was not given.
func listOf(value json.RawMessage) json.RawMessage {
	if value == nil {
		return json.RawMessage("[]")
	}
	return value
}

// time returns a field with a time, in the form that is stored; "" if it is not given.
func (f fields) time(name string) (string, error) {
	text, err := f.text(name, 0, 50)
	if err != nil || text == nil {
		return "", plainText(err)
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return "", errors.New(name + " must be a time such as 2026-03-24T12:00:00Z")
	}
	return t.UTC().Format(time.RFC3339), nil
}

// plainText returns the error without its status.
func plainText(err error) error {
	var p *reply.Problem
	if errors.As(err, &p) {
		return errors.New(p.Text)
	}
	return err
}
