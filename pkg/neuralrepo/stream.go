package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

// stream reads the reply to a GET with read, once for each attempt, so that no
// more of it is in memory than read keeps. Zero limits are those of every reply.
func (c *Client) stream(ctx context.Context, path string, limits apihttp.Limits, read func(*json.Decoder) error) error {
	_, err := c.Do(ctx, Request{Path: path, limits: limits, read: func(body io.Reader) error {
		dec := json.NewDecoder(body)
		if err := read(dec); err != nil {
			return err
		}
		if _, err := dec.Token(); err != io.EOF {
			return &json.SyntaxError{Offset: dec.InputOffset()}
		}
		return nil
	}})
	return err
}

// readObject calls field for each name of the object that has begun; field
// takes the value.
func readObject(dec *json.Decoder, field func(name string) error) error {
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		if err := field(name.(string)); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// readList calls element for each element of the list that comes next, which
// takes it. null is an empty list.
func readList(dec *json.Decoder, element func() error) error {
	switch begin, err := dec.Token(); {
	case err != nil:
		return err
	case begin == nil:
		return nil
	case begin != json.Delim('['):
		return errors.New("not a list")
	}
	return readElements(dec, element)
}

func readElements(dec *json.Decoder, element func() error) error {
	for dec.More() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// skip passes over the value that comes next.
func skip(dec *json.Decoder) error { return dec.Decode(new(json.RawMessage)) }

// beginObject takes the brace that comes next.
func beginObject(dec *json.Decoder) error {
	begin, err := dec.Token()
	if err == nil && begin != json.Delim('{') {
		err = fmt.Errorf("not an object")
	}
	return err
}
