package neuralrepo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// bulkSize is how many items one request has. The service does not document its limit.
const bulkSize = 100

// BulkResult is the result of a change of several ideas or relations, by
// [Client.UpdateIdeas] or [Client.LinkManyIdeas].
type BulkResult[T BulkChange | LinkChange] struct {
	Done    int // how many were changed or created
	Errors  int // how many were not
	Results []T // one for each, in the order of the service

	// Raw is the object as the service sent it. After several requests, it
	// combines the objects of all of them.
	Raw json.RawMessage
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (r *BulkResult[T]) UnmarshalJSON(doc []byte) (err error) {
	r.Raw, err = decodeRaw(doc, &struct {
		Updated, Linked, Errors *int
		Results                 *[]T
	}{&r.Done, &r.Done, &r.Errors, &r.Results})
	if err == nil && r.Results == nil {
		err = errors.New("there are no results")
	}
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (r BulkResult[T]) MarshalJSON() ([]byte, error) { return r.Raw.MarshalJSON() }

// inParts sends items in requests of bulkSize and joins the replies. count is the service's
// field for the number of items done. If a later request fails, the error comes with the result
// of the earlier ones.
func inParts[T BulkChange | LinkChange, Item any](items []Item, count string, send func(part []Item, reply *BulkResult[T]) error) (BulkResult[T], error) {
	var all BulkResult[T]
	for part := range slices.Chunk(items, bulkSize) {
		var r BulkResult[T]
		if err := send(part, &r); err != nil {
			if n := len(all.Results); n > 0 {
				err = fmt.Errorf("after %d of %d: %w", n, len(items), err)
			}
			return all, err
		}
		if all.Raw == nil {
			all = r
			continue
		}
		all.Done, all.Errors, all.Results = all.Done+r.Done, all.Errors+r.Errors, append(all.Results, r.Results...)
		results, err := json.Marshal(all.Results)
		if err != nil {
			return all, err
		}
		all.Raw = fmt.Appendf(nil, `{%q:%d,"errors":%d,"results":%s}`, count, all.Done, all.Errors, results)
	}
	return all, nil
}
