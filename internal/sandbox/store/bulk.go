package store

import (
	"database/sql"
	"slices"
)

// MaxTags is the maximum number of tags of an idea.
const MaxTags = 20

// ErrTags means that an idea would have more than [MaxTags] tags.
const ErrTags ConflictError = "Tags must be at most 20"

// BulkChange is a change of several ideas. It sets the status unless that is nil. It sets the
// tags to Tags unless that is nil, then adds AddTags and removes RemoveTags.
type BulkChange struct {
	Status              *string
	Tags                *[]string
	AddTags, RemoveTags []string
}

// UpdateIdeas changes ideas of the user and returns for each id an error or nil.
func (s *Store) UpdateIdeas(userID string, ids []int64, c BulkChange) (refused []error, err error) {
	refused = make([]error, len(ids))
	err = s.write(func(tx *sql.Tx) error {
		for i, id := range ids {
			err := s.updateOneOf(tx, userID, id, c)
			if refused[i] = err; err != nil && !isRefusal(err) {
				return err
			}
		}
		return nil
	})
	return refused, err
}

func (s *Store) updateOneOf(tx *sql.Tx, userID string, id int64, c BulkChange) error {
	before, err := loadIdea(tx, userID, id)
	if err != nil {
		return err
	}
	tags := before.Tags
	if c.Tags != nil {
		tags = slices.Clone(*c.Tags)
	}
	for _, name := range c.AddTags {
		if !slices.Contains(tags, name) {
			tags = append(tags, name)
		}
	}
	tags = slices.DeleteFunc(tags, func(name string) bool { return slices.Contains(c.RemoveTags, name) })
	if len(tags) > MaxTags {
		return ErrTags
	}
	return s.updateIdea(tx, userID, id, IdeaChange{Status: c.Status, Tags: &tags})
}
