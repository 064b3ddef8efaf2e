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

// stream reads the reply to a GET with read, once for each attempt, so that no
// more of it is in memory than read keeps. Zero limits are those of every reply.
func (c *Client) stream(ctx context.Context, path string, limits apihttp.Limits, read func(body io.Reader) error) error {
	_, err := c.Do(ctx, Request{Path: path, limits: limits, read: read})
	return err
}

// readEnd holds that nothing follows.
func readEnd(dec *json.Decoder) error {
	if _, err := dec.Token(); err != io.EOF {
		return &json.SyntaxError{Offset: dec.InputOffset()}
	}
	return nil
}

// keeper is a reader for a json.Decoder that keeps what was read, so that a value
// is there as it was sent, too, without being read twice.
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

// take returns the value between two offsets of the decoder and forgets what is
// before its end.
func (k *keeper) take(from, to int64) json.RawMessage {
	value := bytes.TrimLeft(k.kept[from-k.at:to-k.at], ", \t\r\n")
	raw := append(make(json.RawMessage, 0, len(value)), value...)
	k.kept = k.kept[to-k.at:]
	k.at = to
	return raw
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
