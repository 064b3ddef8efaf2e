package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// numbered is a number and the id of the idea with that number.
type numbered struct {
	Number int64 `json:"number"`
	ID     int64 `json:"id"`
}

// ideasByNumber returns the ids for up to 100 numbers. It leaves out unknown numbers.
func (a *API) ideasByNumber(r *http.Request, who store.Caller) (result, error) {
	var numbers []int64
	for _, text := range strings.Split(r.URL.Query().Get("numbers"), ",") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return result{}, reply.BadRequest("Numbers must be positive whole numbers with commas between them")
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > 100 {
		return result{}, reply.BadRequest("Numbers must be at most 100")
	}
	ids, err := a.Store.Numbers(who.User.ID, numbers)
	if err != nil {
		return result{}, err
	}
	results := []numbered{}
	for _, n := range numbers {
		if id, found := ids[n]; found {
			results = append(results, numbered{n, id})
		}
	}
	return ok(map[string][]numbered{"results": results})
}
