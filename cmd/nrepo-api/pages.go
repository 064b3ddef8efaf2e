package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const (
	// pageSize is the maximum size of a page.
	pageSize = 100
	// maxStale is how many full pages in a row without anything new end the
	// command, because the server seems to ignore offset. A single one may occur
	// if elements are added meanwhile.
	maxStale = 3
)

// printPages writes all pages of a list as one array, or the result of f for it.
// Without f, the array is not closed if a page fails.
func printPages(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, req neuralrepo.Request, f *filter) error {
	list := []any{}
	w := bufio.NewWriter(env.Stdout)
	array := output.NewJSONArray(w)
	for page, err := range pages(ctx, client, req, env.Warn) {
		if err != nil {
			return err
		}
		for _, element := range page {
			if f == nil {
				err = array.Append(element)
			} else {
				var value any
				value, err = decode(element)
				list = append(list, value)
			}
			if err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil { // so that a reader does not wait for the next page
			return err
		}
	}
	if f != nil {
		return f.print(ctx, env, list)
	}
	if err := array.Close(); err != nil {
		return err
	}
	return w.Flush()
}

// pages requests all pages. The limit in the query is the size of a page, and its
// offset is where to start. Rows of earlier pages are skipped, because a new
// element moves others to the next page. An error ends the sequence.
func pages(ctx context.Context, client *neuralrepo.Client, req neuralrepo.Request, warn func(string)) iter.Seq2[[]json.RawMessage, error] {
	return func(yield func([]json.RawMessage, error) bool) {
		path, rawQuery, _ := strings.Cut(req.Path, "?")
		query, limit, offset, err := position(rawQuery)
		if err != nil {
			yield(nil, err)
			return
		}
		seen := map[string]bool{}
		for stale := 0; stale < maxStale; {
			query.Set("limit", strconv.Itoa(limit))
			if offset > 0 {
				query.Set("offset", strconv.Itoa(offset))
			}
			req.Path = path + "?" + query.Encode()
			resp, err := client.Do(ctx, req)
			if err != nil {
				yield(nil, err)
				return
			}
			rows, more, err := readPage(resp.Body)
			if err != nil {
				yield(nil, err)
				return
			}
			fresh := news(rows, seen)
			if len(fresh) > 0 && !yield(fresh, nil) {
				return
			}
			switch {
			case len(rows) == 0 || more == no:
				return
			case len(fresh) > 0:
				stale = 0
			case len(rows) < limit && more == unsaid:
				warn("the service sent this list without pages; it may be incomplete")
				return
			default:
				stale++
			}
			offset += len(rows)
		}
		yield(nil, &output.Error{
			Code: output.CodeNetwork,
			Err:  errors.New("the service keeps sending the same page, so the list is incomplete"),
			Hint: "without --paginate you get one page",
		})
	}
}

// position returns the offset and the limit in a query.
func position(raw string) (query url.Values, limit, offset int, err error) {
	if query, err = url.ParseQuery(raw); err != nil {
		return nil, 0, 0, plugin.Usagef("the path must look like /ideas?limit=5")
	}
	limit = pageSize
	for name, value := range map[string]*int{"limit": &limit, "offset": &offset} {
		if !query.Has(name) {
			continue
		}
		if *value, err = strconv.Atoi(query.Get(name)); err != nil || *value < 0 {
			return nil, 0, 0, plugin.Usagef("%s must be a number with --paginate", name)
		}
	}
	if limit == 0 {
		return nil, 0, 0, plugin.Usagef("limit must be at least 1 with --paginate")
	}
	return query, limit, offset, nil
}

// more is what a reply says about further pages.
type more int

const (
	unsaid more = iota
	no
	yes
)

// readPage returns the rows of a page: the elements of an array, or of the only
// array in an object, which may also have has_more.
func readPage(doc []byte) (rows []json.RawMessage, next more, err error) {
	noList := &output.Error{
		Err:  errors.New("the response is not a list"),
		Hint: "leave out --paginate",
	}
	if json.Unmarshal(doc, &rows) == nil && rows != nil {
		return rows, unsaid, nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(doc, &object) != nil {
		return nil, unsaid, noList
	}
	switch string(object["has_more"]) {
	case "true", "1":
		next = yes
	case "false", "0":
		next = no
	}
	lists := 0
	for _, member := range object {
		if bytes.HasPrefix(member, []byte("[")) {
			lists++
			if err := json.Unmarshal(member, &rows); err != nil {
				return nil, next, err
			}
		}
	}
	if lists > 1 || lists == 0 && next == unsaid { // an empty list may be null
		return nil, next, noList
	}
	return rows, next, nil
}

// news returns the rows that were not on an earlier page, and adds all rows to
// seen. A row is identified by its id or, if it has none, by its text.
func news(rows []json.RawMessage, seen map[string]bool) (fresh []json.RawMessage) {
	keys := make([]string, len(rows))
	for i, row := range rows {
		var object struct{ ID json.RawMessage }
		if json.Unmarshal(row, &object) == nil && object.ID != nil {
			keys[i] = "id " + string(object.ID)
		} else {
			keys[i] = string(row)
		}
		if !seen[keys[i]] {
			fresh = append(fresh, row)
		}
	}
	for _, key := range keys {
		seen[key] = true
	}
	return fresh
}
