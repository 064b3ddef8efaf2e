// Package neuralrepo is a client of NeuralRepo's REST API
// (https://docs.neuralrepo.com/api/overview).
//
//	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
//	if err != nil {
//		return err
//	}
//	idea, err := client.CreateIdea(ctx, neuralrepo.NewIdea{Title: "Wind turbines"})
//
// # Results
//
// Every result but [Map] has the fields that a Go program wants and, in Raw, the
// JSON object as the service sent it, which is also how it is encoded: unknown
// fields and their order survive. Where the service's documentation and its own
// client differ, both forms are understood.
//
// # Which idea
//
// A person sees and types the number of an idea, #12; the API wants its id. The
// two differ. [ParseRef] reads what was typed, [Client.IdeaByRef] returns the
// idea, [Client.Resolve] the ids of several.
//
// # Limits
//
// The free plan has 100 requests a day for all programs of a user, and an error
// with the status 429 after that. What takes more than one request says so.
// Lengths count characters (runes); Validate methods check them before anything
// is sent.
//
// # Safety
//
// The credential goes to the origin (scheme, host, port) that it belongs to and
// nowhere else; a redirect to another origin is not followed, and only reads
// follow one within it. Every request is bounded in time and every reply in
// size.
//
// # Sessions
//
// A login with the browser is a session that ends. A client of [New] renews
// it when it has expired or is rejected, once for all processes, and stores the
// new one: see [authcfg.Store.Renew]. Before a program uses the credential by
// other means it asks [Client.Fresh] for it.
//
// # Errors
//
// A reply that is no success is an [*Error]; no reply, or one that is not what
// the API sends, is reported ([output.AsError]) with the code
// network_error. HTTPS_PROXY that is no address is one with the code usage.
package neuralrepo
