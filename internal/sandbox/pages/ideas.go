package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

const ideasOnPage = 50

// ideasView is a page of the list of ideas.
type ideasView struct {
	Ideas       []store.Idea
	Status, Tag string // filters of the list; "" for all
	Statuses    []string
	Newer       string // address of the previous page, "" if there is none
	Older       string // address of the next page
}

func (p *Pages) listIdeas(w http.ResponseWriter, r *http.Request, v Visitor) error {
	query := r.URL.Query()
	page, err := strconv.Atoi(query.Get("page"))
	if err != nil || page < 1 || page > 1<<20 {
		page = 1
	}
	all := ideasView{Status: query.Get("status"), Tag: query.Get("tag"), Statuses: store.Statuses}
	all.Ideas, err = p.Store.Ideas(v.User.ID, store.IdeaFilter{
		Status: all.Status, Tag: all.Tag, Limit: ideasOnPage + 1, Offset: (page - 1) * ideasOnPage,
	})
	if err != nil {
		return err
	}
	at := func(page int) string {
		query.Set("page", strconv.Itoa(page))
		return "/ideas?" + query.Encode()
	}
	if page > 1 {
		all.Newer = at(page - 1)
	}
	if len(all.Ideas) > ideasOnPage {
		all.Ideas, all.Older = all.Ideas[:ideasOnPage], at(page+1)
	}
	return p.Render(w, http.StatusOK, v, "ideas", all)
}

// listAddress returns the address of the list filtered by a status or a tag.
func listAddress(field, value string) string {
	return "/ideas?" + url.Values{field: {value}}.Encode()
}

// ideaView is one idea.
type ideaView struct {
	store.FullIdea
	Outgoing, Incoming []store.Relation
}

func (p *Pages) showIdea(w http.ResponseWriter, r *http.Request, v Visitor) error {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return noPage()
	}
	ids, err := p.Store.Numbers(v.User.ID, []int64{number})
	if err != nil {
		return err
	}
	if ids[number] == 0 {
		return &reply.Problem{Status: http.StatusNotFound, Text: "There is no idea with that number, or it is archived."}
	}
	var one ideaView
	if one.FullIdea, err = p.Store.Idea(v.User.ID, ids[number]); err != nil {
		return err
	}
	for _, relation := range one.Relations {
		if relation.Source == one.ID {
			one.Outgoing = append(one.Outgoing, relation)
		} else {
			one.Incoming = append(one.Incoming, relation)
		}
	}
	return p.Render(w, http.StatusOK, v, "idea", one)
}

// says has the words for a relation, from its source and from its target.
var says = map[string][2]string{
	"related":    {"is related to", "is related to"},
	"parent":     {"is the parent of", "is a child of"},
	"blocks":     {"blocks", "is blocked by"},
	"inspires":   {"inspires", "is inspired by"},
	"supersedes": {"supersedes", "is superseded by"},
	"duplicate":  {"looks like", "looks like"},
}

func outgoing(kind string) string { return says[kind][0] }
func incoming(kind string) string { return says[kind][1] }
