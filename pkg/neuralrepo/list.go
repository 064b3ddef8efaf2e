package neuralrepo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// listOf decodes a list that the service sends as an array, or as an object with the array in
// one of the fields names.
type listOf[T any] struct {
	names []string
	items []T
}

func (l *listOf[T]) under(names ...string) *listOf[T] {
	l.names, l.items = names, []T{}
	return l
}

func (l *listOf[T]) UnmarshalJSON(doc []byte) error {
	if !bytes.HasPrefix(doc, []byte("[")) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(doc, &object); err != nil {
			return err
		}
		if doc = l.pick(object); doc == nil {
			return fmt.Errorf("there is no %s", strings.Join(l.names, " or "))
		}
	}
	if err := json.Unmarshal(doc, &l.items); err != nil {
		return err
	}
	if l.items == nil { // null
		l.items = []T{}
	}
	return nil
}

func (l *listOf[T]) pick(object map[string]json.RawMessage) json.RawMessage {
	for _, name := range l.names {
		if doc := object[name]; doc != nil {
			return doc
		}
	}
	return nil
}
