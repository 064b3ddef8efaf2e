package neuralrepo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Ref refers to an idea by its number or by its id. Exactly one of the two is set.
type Ref struct {
	// ID is the id of the idea in the service.
	ID ID
	// Number counts the ideas of one user.
	Number ID
}

// ParseRef parses a number, "12" or "#12", or an id, "id:698". It removes leading
// zeros, so that every spelling of a number is the same Ref. For other texts, the
// error has the code usage.
func ParseRef(text string) (Ref, error) {
	digits, byID := strings.CutPrefix(text, "id:")
	if !byID {
		digits = strings.TrimPrefix(text, "#")
	}
	n := ID(strings.TrimLeft(digits, "0"))
	if n == "" || len(digits) > 18 || strings.Trim(digits, "0123456789") != "" {
		shown := fmt.Sprintf("%q", shorten(text, 40))
		if authcfg.ContainsAPIKey(text) {
			shown = "that"
		}
		return Ref{}, usageError(shown + " is not an idea: use 12, #12 or id:698")
	}
	if byID {
		return Ref{ID: n}, nil
	}
	return Ref{Number: n}, nil
}

// String returns "#12" or "id:698", as [ParseRef] reads it.
func (r Ref) String() string {
	if r.ID != "" {
		return "id:" + string(r.ID)
	}
	return "#" + string(r.Number)
}

// Resolve returns the ids of ideas, in the order of refs: GET /ideas/by-number,
// with one request per hundred numbers. It does not check ids, and needs no
// request if there are only ids. If numbers do not exist, a single error with the
// code http_404 names all of them.
//
// If the service cannot look up numbers, Resolve requests the idea with that id
// instead, one request each. If this idea has another number, the error says so.
// Resolve never returns the id of another idea.
func (c *Client) Resolve(ctx context.Context, refs ...Ref) ([]ID, error) {
	found, err := c.lookUp(ctx, refs)
	if err != nil {
		return nil, err
	}
	ids := make([]ID, len(refs))
	for i, r := range refs {
		ids[i] = orID(r.ID, found[r.Number].ID)
	}
	return ids, nil
}

// IdeaByRef returns the idea that r refers to, with its Links and Relations. If
// the service has numbers, the number of the idea is checked. If the idea does not
// exist, the error has the code http_404. It makes one request if the number is in
// the cache or r has an id, and otherwise two.
func (c *Client) IdeaByRef(ctx context.Context, r Ref) (Idea, error) {
	if id := c.cachedID(r.Number); id != "" {
		idea, err := c.Idea(ctx, id)
		if err == nil && idea.Number == r.Number || err != nil && !isStatus(err, http.StatusNotFound) {
			return idea, err
		}
		c.forget(id) // the cache is wrong, or the idea no longer exists
	}
	id := r.ID
	if id == "" {
		found, err := c.lookUp(ctx, []Ref{r})
		if err != nil {
			return Idea{}, err
		}
		if idea := found[r.Number]; idea.Raw != nil {
			return idea, nil
		}
		id = found[r.Number].ID
	}
	idea, err := c.Idea(ctx, id)
	switch {
	case isStatus(err, http.StatusNotFound):
		return Idea{}, notFound([]Ref{r})
	case err != nil:
		return Idea{}, err
	case r.Number != "" && idea.Number != "" && idea.Number != r.Number, r.ID != "" && idea.ID != "" && idea.ID != r.ID:
		return Idea{}, &output.Error{
			Err:  fmt.Errorf("the service sent idea #%s, id:%s, for %s", shorten(string(idea.Number), 40), shorten(string(idea.ID), 40), r),
			Hint: "nothing was done",
		}
	}
	return idea, nil
}

// IdeasByRef returns the ideas that refs refer to, each once, in the order of refs, as
// [Client.IdeaByRef] does. It first looks up the numbers together. A single error with
// the code http_404 names the ideas that do not exist: all of the missing numbers, or
// else the first ten of the missing ids.
func (c *Client) IdeasByRef(ctx context.Context, refs ...Ref) ([]Idea, error) {
	if len(refs) > 1 {
		if _, err := c.Resolve(ctx, refs...); err != nil {
			return nil, err
		}
	}
	var ideas []Idea
	var missing []Ref
	for i, r := range refs {
		if slices.Contains(refs[:i], r) {
			continue
		}
		idea, err := c.IdeaByRef(ctx, r)
		switch {
		case output.AsError(err).Status == http.StatusNotFound && len(refs) > 1:
			if missing = append(missing, r); len(missing) == maxNamed { // further requests would not change the message
				return nil, notFound(missing)
			}
		case err != nil:
			return nil, err
		case !slices.ContainsFunc(ideas, func(other Idea) bool { return other.ID == idea.ID }):
			ideas = append(ideas, idea)
		}
	}
	if missing != nil {
		return nil, notFound(missing)
	}
	return ideas, nil
}

// lookUp finds the ideas of the numbers in refs. Each has at least an id; Raw is nil if only the
// id and number are known.
func (c *Client) lookUp(ctx context.Context, refs []Ref) (map[ID]Idea, error) {
	numbers := map[ID]bool{}
	for _, r := range refs {
		if r.ID == "" {
			numbers[r.Number] = true
		}
	}
	found := map[ID]Idea{}
	hint := ""
	for part := range slices.Chunk(slices.Sorted(maps.Keys(numbers)), 100) {
		err := c.byNumber(ctx, part, found)
		if isStatus(err, http.StatusNotFound) || isStatus(err, http.StatusBadRequest) {
			err = c.byID(ctx, part, found)
			hint = "this service cannot look up numbers: name ideas by id, such as id:698"
		}
		if err != nil {
			return nil, err
		}
	}
	var missing []Ref
	for _, r := range refs {
		if r.ID == "" && found[r.Number].ID == "" && !slices.Contains(missing, r) {
			missing = append(missing, r)
		}
	}
	if missing != nil {
		err := notFound(missing)
		err.Hint = hint
		return nil, err
	}
	known, closeFile := c.openCache()
	var unknown []Idea // to keep the titles that the cache already has
	for number, idea := range found {
		if known.id(number) != idea.ID {
			unknown = append(unknown, idea)
		}
	}
	closeFile()
	c.remember(unknown...)
	return found, nil
}

// byNumber requests the ids of at most 100 numbers.
func (c *Client) byNumber(ctx context.Context, numbers []ID, found map[ID]Idea) error {
	asked := make([]string, len(numbers))
	for i, n := range numbers {
		asked[i] = string(n)
	}
	var list listOf[numberedID]
	err := c.call(ctx, http.MethodGet, "/ideas/by-number?numbers="+strings.Join(asked, ","), nil, list.under("results"))
	for _, pair := range list.items {
		if slices.Contains(numbers, pair.Number) && pair.ID != "" {
			found[pair.Number] = Idea{ID: pair.ID, Number: pair.Number}
		}
	}
	return err
}

// numberedID is a number and the id of the same idea.
type numberedID struct {
	Number ID `json:"number"`
	ID     ID `json:"id"`
}

// byID is for a service without numbers, or one that cannot look them up. It uses each number as
// an id, and returns an error if the idea has another number.
func (c *Client) byID(ctx context.Context, numbers []ID, found map[ID]Idea) error {
	for _, n := range numbers {
		idea, err := c.Idea(ctx, n)
		switch {
		case isStatus(err, http.StatusNotFound):
			continue // the error names it together with the others
		case err != nil:
			return err
		case idea.Number != "" && idea.Number != n:
			number := shorten(string(idea.Number), 40)
			return &output.Error{
				Code: output.HTTPCode(http.StatusNotFound), Status: http.StatusNotFound,
				Err:  fmt.Errorf("idea #%s not found: id:%s is idea #%s", n, n, number),
				Hint: fmt.Sprintf("this service cannot look up numbers: use id:%s for idea #%s, or the id of idea #%s", n, number, n),
			}
		}
		if idea.ID == "" {
			idea.ID = n
		}
		found[n] = idea
	}
	return nil
}

// maxNamed is how many missing ideas an error names.
const maxNamed = 10

// notFound returns an error that names the first missing ideas and counts the rest.
func notFound(refs []Ref) *output.Error {
	var names []string
	for i, r := range refs {
		if i == maxNamed {
			names = append(names, fmt.Sprintf("and %d more", len(refs)-i))
			break
		}
		names = append(names, r.String())
	}
	noun := "idea "
	if len(refs) > 1 {
		noun = "ideas "
	}
	return &output.Error{
		Code: output.HTTPCode(http.StatusNotFound), Status: http.StatusNotFound,
		Err: errors.New(noun + strings.Join(names, ", ") + " not found"),
	}
}

// isStatus reports whether err is a reply with this status.
func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == status
}
