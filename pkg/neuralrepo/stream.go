package neuralrepo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

// stream makes a GET request and calls read with the body of the reply, once for
// each attempt. Only what read keeps stays in memory. Zero limits are the usual ones.
func (c *Client) stream(ctx context.Context, path string, limits apihttp.Limits, read func(body io.Reader) error) error {
	_, err := c.Do(ctx, Request{Path: path, limits: limits, read: read})
	return err
}

// readEnd returns an error if anything follows.
func readEnd(dec *json.Decoder) error {
	if _, err := dec.Token(); err != io.EOF {
		return &json.SyntaxError{Offset: dec.InputOffset()}
	}
	return nil
}

// keeper is a reader for a json.Decoder that keeps what it read. So a value can be
// decoded and also kept as it was sent, without reading it twice.
type keeper struct {
	from io.Reader
	kept []byte
	at   int64 // offset of kept
}

func (k *keeper) Read(p []byte) (int, error) {
	n, err := k.from.Read(p)
	k.kept = append(k.kept, p[:n]...)
	return n, err
}

// take returns the value between two offsets of the decoder, and forgets everything
// up to its end.
func (k *keeper) take(from, to int64) json.RawMessage {
	value := bytes.TrimLeft(k.kept[from-k.at:to-k.at], ", \t\r\n")
	raw := append(make(json.RawMessage, 0, len(value)), value...)
	k.kept = k.kept[to-k.at:]
	k.at = to
	return raw
}

// readObject calls field for the name of each member. The opening brace must already
// be read; field must read the value.
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

// readList reads an array, or null for an empty one. It calls element for each
// element, which must read it.
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

// skip reads and ignores the next value.
func skip(dec *json.Decoder) error { return dec.Decode(&ignored{}) }

// ignored is any JSON value.
type ignored struct{}

// UnmarshalJSON does nothing.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

// beginObject reads the opening brace of an object.
func beginObject(dec *json.Decoder) error {
	begin, err := dec.Token()
	if err == nil && begin != json.Delim('{') {
		err = fmt.Errorf("not an object")
	}
	return err
}
