package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Routes adds all endpoints of the API.
func (a *API) Routes(mux *http.ServeMux) {
	const read, write = store.ReadScope, store.WriteScope

	a.public(mux, "GET /health", a.health)

	a.private(mux, "GET /user/me", anyScope, a.getUser)
	a.private(mux, "PATCH /user/me", anyScope, a.updateUser)
	a.private(mux, "GET /user/api-keys", anyScope, a.listKeys)
	a.private(mux, "POST /user/api-keys", anyScope, a.createKey)
	a.private(mux, "DELETE /user/api-keys/{id}", anyScope, a.deleteKey)
	a.private(mux, "GET /user/mcp-tokens", anyScope, a.listMCPTokens)
	a.private(mux, "PUT /user/byok/{provider}", anyScope, a.putProviderKey)
	a.private(mux, "DELETE /user/byok/{provider}", anyScope, a.deleteProviderKey)
	a.private(mux, "POST /user/byok/{provider}/test", anyScope, a.testProviderKey)

	a.private(mux, "GET /ideas", read, a.listIdeas)
	a.private(mux, "POST /ideas", write, a.createIdea)
	a.private(mux, "GET /ideas/search", read, a.searchIdeas)
	a.private(mux, "GET /ideas/by-number", read, a.ideasByNumber)
	a.private(mux, "PATCH /ideas/bulk", write, a.updateIdeas)
	a.private(mux, "GET /ideas/{id}", read, a.getIdea)
	a.private(mux, "PATCH /ideas/{id}", write, a.updateIdea)
	a.private(mux, "DELETE /ideas/{id}", write, a.archiveIdea)
	a.private(mux, "POST /ideas/{id}/merge", write, a.mergeIdeas)
	a.private(mux, "POST /ideas/{id}/develop", write, a.developIdea)

	a.private(mux, "GET /ideas/duplicates", read, a.listDuplicates)
	a.private(mux, "POST /ideas/duplicates/{id}/dismiss", write, a.dismissDuplicate)
	a.private(mux, "POST /ideas/duplicates/{id}/merge", write, a.mergeDuplicate)

	a.private(mux, "GET /ideas/{id}/links", read, a.listLinks)
	a.private(mux, "POST /ideas/{id}/links", write, a.createLink)
	a.private(mux, "DELETE /ideas/{id}/links/{link}", write, a.deleteLink)

	a.private(mux, "GET /ideas/{id}/relations", read, a.listRelations)

	a.private(mux, "GET /map", read, a.getMap)
	a.private(mux, "POST /map/relations", write, a.createRelations)
	a.private(mux, "PATCH /map/relations/{id}", write, a.updateRelation)
	a.private(mux, "DELETE /map/relations/{id}", write, a.deleteRelation)

	a.private(mux, "GET /tags", read, a.listTags)
	a.private(mux, "GET /tags/similar", read, a.similarTags)
	a.private(mux, "POST /tags", write, a.createTag)
	a.private(mux, "PATCH /tags/{id}", write, a.updateTag)
	a.private(mux, "DELETE /tags/{id}", write, a.deleteTag)
}

func (a *API) health(*http.Request, store.Caller) (result, error) {
	return ok(map[string]string{"status": "ok", "timestamp": a.Store.Timestamp()})
}
