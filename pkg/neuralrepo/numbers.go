package neuralrepo

import "context"

// Numbers returns the numbers of ideas by id, for example those on the map. It
// uses the cache, and then the list of ideas, as long as that takes fewer requests
// than there are ids. Ids with an unknown number are not in the result. If there
// is an error, the result contains what was found before it.
func (c *Client) Numbers(ctx context.Context, ids []ID) (map[ID]ID, error) {
	found := c.cache().numbers(ids)
	missing := map[ID]bool{}
	for _, id := range ids {
		if found[id] == "" {
			missing[id] = true
		}
	}
	if len(missing) < 2 {
		for id := range missing {
			idea, err := c.Idea(ctx, id)
			if err != nil {
				return found, err
			}
			if idea.Number != "" {
				found[id] = idea.Number
			}
		}
		return found, nil
	}
	for idea, err := range c.AllIdeas(ctx, IdeaFilter{Limit: (len(missing) - 1) * pageSize}) {
		if err != nil {
			return found, err
		}
		if missing[idea.ID] && idea.Number != "" {
			found[idea.ID] = idea.Number
			delete(missing, idea.ID)
		}
		if len(missing) == 0 {
			break
		}
	}
	return found, nil
}
