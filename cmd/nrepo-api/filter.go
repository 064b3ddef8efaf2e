package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/itchyny/gojq"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// filter is the expression of --jq. It has access to its input only: gojq does not
// read files, variables or modules by default.
type filter struct{ code *gojq.Code }

// compile parses an expression.
func compile(expression string) (*filter, error) {
	query, err := gojq.Parse(expression)
	if err != nil {
		return nil, short(err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, short(err)
	}
	return &filter{code}, nil
}

// short shortens an error of gojq, which may repeat a whole expression.
func short(err error) error { return errors.New(output.Shorten(err.Error())) }

// print writes the results of the expression for the JSON value input, one per
// line: strings without quotes, everything else as JSON. If the expression fails,
// nothing is written.
func (f *filter) print(ctx context.Context, env *plugin.Env, input any) error {
	var b bytes.Buffer
	terminal := plugin.IsTerminal(env.Stdout)
	for results := f.code.RunWithContext(ctx, input); ; {
		result, ok := results.Next()
		if halt, halted := errors.AsType[*gojq.HaltError](asError(result)); !ok || halted && halt.Value() == nil {
			break
		}
		switch result := result.(type) {
		case error:
			return fmt.Errorf("--jq: %w", short(result))
		case string:
			if terminal {
				result = output.SafeText(result)
			}
			b.WriteString(result + "\n")
		default:
			doc, err := gojq.Marshal(result)
			if err == nil {
				err = output.WriteJSONLine(&b, json.RawMessage(doc))
			}
			if err != nil {
				return fmt.Errorf("--jq: %w", err)
			}
		}
	}
	_, err := io.Copy(env.Stdout, &b)
	return err
}

// asError returns nil if the result is not an error.
func asError(result any) error {
	err, _ := result.(error)
	return err
}

// decode reads JSON for a filter. Numbers keep their digits.
func decode(doc []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
