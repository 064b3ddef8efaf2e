package neuralrepo

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Statuses returns the statuses that an idea can have, in their usual order
// (https://docs.neuralrepo.com/getting-started/concepts).
func Statuses() []string {
	return []string{"captured", "exploring", "building", "shipped", "shelved"}
}

// NewIdea is an idea to create. Title is required.
type NewIdea struct {
	Title     string   `json:"title"`                // 1 to 200 characters
	Body      string   `json:"body,omitempty"`       // at most 50,000 characters
	Tags      []string `json:"tags"`                 // at most 20 of 1 to 50 characters
	Status    string   `json:"status,omitempty"`     // one of Statuses; "" is "captured"
	Source    string   `json:"source,omitempty"`     // the program that creates it, such as "cli"
	SourceURL string   `json:"source_url,omitempty"` // where it comes from: an http or https URL of at most 2,000 characters
	ParentID  ID       `json:"parent_id,omitempty"`  // the id of the idea that it is branched from; "" for none
}

// Validate checks the documented limits of the service. The error names the limit.
func (n NewIdea) Validate() error {
	return first(checkTitle(n.Title), checkBody(n.Body), checkTags(n.Tags),
		checkStatus(cmp.Or(n.Status, "captured")), checkSourceURL(n.SourceURL))
}

// IdeaUpdate is a change of an idea. Fields that are nil change nothing.
type IdeaUpdate struct {
	Title  *string   `json:"title,omitempty"`  // 1 to 200 characters
	Body   *string   `json:"body,omitempty"`   // at most 50,000 characters; "" removes it
	Status *string   `json:"status,omitempty"` // one of Statuses
	Tags   *[]string `json:"tags,omitempty"`   // replaces all tags: at most 20 of 1 to 50 characters
}

// Validate checks that there is something to change, and makes the same checks as
// [NewIdea.Validate].
func (u IdeaUpdate) Validate() error {
	if u == (IdeaUpdate{}) {
		return errors.New("there is nothing to change")
	}
	var found []error
	if u.Title != nil {
		found = append(found, checkTitle(*u.Title))
	}
	if u.Body != nil {
		found = append(found, checkBody(*u.Body))
	}
	if u.Tags != nil {
		found = append(found, checkTags(*u.Tags))
	}
	if u.Status != nil {
		found = append(found, checkStatus(*u.Status))
	}
	return first(found...)
}

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkTitle(title string) error {
	size := utf8.RuneCountInString(title)
	switch {
	case !utf8.ValidString(title):
		return errNotText("title")
	case strings.TrimSpace(title) == "":
		return errors.New("the title is empty; it must have 1 to 200 characters")
	case size > 200:
		return fmt.Errorf("the title has %d characters; the limit is 200", size)
	}
	return nil
}

func checkBody(body string) error {
	if !utf8.ValidString(body) {
		return errNotText("body")
	}
	if len(body) > 50_000 { // bytes, and a character may have several
		if size := utf8.RuneCountInString(body); size > 50_000 {
			return fmt.Errorf("the body has %d characters; the limit is 50000", size)
		}
	}
	return nil
}

func checkTags(tags []string) error {
	if len(tags) > 20 {
		return fmt.Errorf("there are %d tags; the limit is 20", len(tags))
	}
	for i, tag := range tags {
		if !utf8.ValidString(tag) {
			return errNotText("tags")
		}
		if size := utf8.RuneCountInString(tag); strings.TrimSpace(tag) == "" || size > 50 {
			return fmt.Errorf("tag %d has %d characters; a tag must have 1 to 50", i+1, size)
		}
	}
	return nil
}

func checkStatus(status string) error {
	if !slices.Contains(Statuses(), status) {
		return fmt.Errorf("the status must be one of %s", strings.Join(Statuses(), ", "))
	}
	return nil
}

func checkSourceURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the source URL must be a valid address that begins with http:// or https://")
	case utf8.RuneCountInString(address) > 2000:
		return fmt.Errorf("the source URL has %d characters; the limit is 2000", utf8.RuneCountInString(address))
	}
	return nil
}

func errNotText(name string) error { return fmt.Errorf("the %s must be UTF-8 text", name) }
