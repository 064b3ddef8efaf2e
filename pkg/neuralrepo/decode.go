package neuralrepo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// decodeRaw decodes the object doc into fields and returns a copy of doc.
func decodeRaw(doc []byte, fields any) (json.RawMessage, error) {
	if !bytes.HasPrefix(doc, []byte("{")) {
		return nil, errors.New("not an object")
	}
	return bytes.Clone(doc), json.Unmarshal(doc, fields)
}

// looseBool is true or false, or 1 or 0 as in SQLite. Null is false.
type looseBool bool

func (b *looseBool) UnmarshalJSON(doc []byte) error {
	switch string(doc) {
	case "1", "true":
		*b = true
		return nil
	case "0", "false":
		*b = false
		return nil
	}
	return json.Unmarshal(doc, (*bool)(b))
}

// done is the reply to a change that returns no data: an object, which must not contain
// "success": false.
type done struct{}

func (*done) UnmarshalJSON(doc []byte) error {
	var reply struct{ Success *bool }
	_, err := decodeRaw(doc, &reply)
	if err == nil && reply.Success != nil && !*reply.Success {
		err = errors.New("it does not report success")
	}
	return err
}

// remove sends a DELETE request for an id under path. If the reply is lost and the repeated
// request gets a 404, remove succeeds. A reply that is neither empty nor [done] is an error,
// because it may come from a proxy.
func (c *Client) remove(ctx context.Context, path string, id ID) error {
	segment, err := pathSegment(string(id))
	if err != nil {
		return err
	}
	resp, err := c.Do(ctx, Request{Method: http.MethodDelete, Path: path + segment})
	if err == nil && len(bytes.TrimSpace(resp.Body)) > 0 {
		err = c.http.Decode(http.MethodDelete, resp.Body, new(done))
	}
	if status, ok := errors.AsType[*Error](err); ok && status.Status == http.StatusNotFound && status.failure.Repeated {
		return nil
	}
	return err
}
