package neuralrepo

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// listOf reads a list that the service sends as a bare array or as an object
// with the array under a name.
type listOf[T any] struct {
	name  string
	items []T
}

func (l *listOf[T]) under(name string) *listOf[T] {
	l.name, l.items = name, []T{}
	return l
}

func (l *listOf[T]) UnmarshalJSON(doc []byte) error {
	if !bytes.HasPrefix(doc, []byte("[")) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(doc, &object); err != nil {
			return err
		}
		if doc = object[l.name]; doc == nil {
			return fmt.Errorf("there is no %s", l.name)
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
