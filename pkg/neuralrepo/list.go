package neuralrepo

import (
	"bytes"
	"encoding/json"
	"errors"
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
	if string(doc) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	if start, err := dec.Token(); err != nil || start != json.Delim('[') {
		return errors.New("it is not a list")
	}
	for dec.More() {
		if len(l.items) == maxItems {
			return errTooMany
		}
		var item T
		if err := dec.Decode(&item); err != nil {
			return err
		}
		l.items = append(l.items, item)
	}
	return nil
}

// maxItems bounds the memory that a list takes, which may be a hundred times the
// size of the reply.
const maxItems = 100_000

var errTooMany = fmt.Errorf("has more than %d entries", maxItems)
