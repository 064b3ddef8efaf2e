// Package authcfg keeps the credential of NeuralRepo's command line: where it
// is stored, which one is in effect, which server it belongs to and which
// output format goes with it. It is the only code that touches config.json,
// and it speaks to no network.
//
// A command asks a [Store]:
//
//	store := &authcfg.Store{}
//	cred, err := store.Credential() // ErrNotLoggedIn, or a *output.Error
//
// # The file
//
// config.json is a JSON object. Known fields are api_url, api_key (an API key
// or a session token), user_id, auth_method ("oauth" or "api_key"), and,
// optional, refresh_token, expires_at and key_id; the rest is kept as it is.
// What the npm package @neuralconfig/nrepo wrote is read too: auth_method
// "browser" and "api-key", a missing api_url, and {} for logged out.
// A file with user_id but without api_key is a session that the server renews
// no more: it says whose it was.
//
// # The environment
//
// NEURALREPO_CONFIG names the file, NEURALREPO_PROFILE one of several: see
// [Store.Path]. NEURALREPO_API_KEY overrides the file's credential,
// NEURALREPO_API_URL names the server. A credential goes only to the server it
// belongs to: see [Store.Credential].
//
// # Writing
//
// A change takes the lock config.json.lock (flock(2), at most 5 s, or 20 s to renew
// a session), reads the file again, writes a temporary file beside it with mode
// 0600, and renames it over the old one; readers need no lock and never see half a
// file. Where config.json is a symbolic link, all of this happens where it leads.
//
// Nothing is read or written where another user could put another file: through
// their link, in their directory, root's excepted, or in one that others may write
// to. A directory with the sticky bit, such as /tmp, is fine, as nobody can replace
// our file there, and so is one that only the owner's own group may write to.
package authcfg
