package neuralrepo

import "context"

// Numbers returns the numbers of ideas by their ids, such as those of the map:
// from the cache, else from the list, as far as that takes fewer requests than
// there are ids. An id whose number stays unknown is not in the result. After an
// error the result has what was found before.
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
