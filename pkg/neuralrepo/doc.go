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
// Every result except [Map] has typed fields and, in Raw, the JSON object as the
// service sent it. It is encoded as Raw, so that unknown fields and the order of
// fields are preserved. If the documentation of the service and its own client
// differ, both forms are accepted.
//
// # Which idea
//
// Users see and type the number of an idea, such as #12, but the API uses its id,
// which is different. [ParseRef] parses what a user typed, [Client.IdeaByRef]
// returns the idea, and [Client.Resolve] returns the ids of several ideas.
//
// # Limits
//
// The free plan allows 100 requests per day, for all programs of a user; further
// requests fail with the status 429. Methods that need more than one request say
// so. Lengths are counted in characters (runes), and are checked by Validate
// methods before anything is sent.
//
// # Safety
//
// The credential is sent only to the origin (scheme, host, port) that it belongs
// to. Redirects to another origin are not followed, and redirects within the
// origin only for reads. Requests have a time limit, and responses a size limit.
//
// # Sessions
//
// A browser login is a session that expires. A client created by [New] renews it
// when it has expired or is rejected, once for all processes, and stores the new
// one: see [authcfg.Store.Renew]. To use the credential without this package, call
// [Client.Fresh] first.
//
// # Errors
//
// A response with an error status is an *[Error]. If there is no response, or it
// is not from the API, [output.AsError] reports the code network_error. If
// HTTPS_PROXY is not an address, the code is usage.
package neuralrepo
