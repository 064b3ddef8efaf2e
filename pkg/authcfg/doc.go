// Package authcfg manages the login of NeuralRepo's command line. It finds and
// stores config.json, and decides which credential to use, which server it may be
// sent to and which output format is the default. It makes no network requests,
// and no other code reads or writes config.json.
//
// A command asks a [Store]:
//
//	store := &authcfg.Store{}
//	cred, err := store.Credential() // ErrNotLoggedIn, or a *output.Error
//
// # The file
//
// config.json is a JSON object. Known fields are api_url, api_key (an API key or a
// session token), user_id, auth_method ("oauth" or "api_key"), and optionally
// refresh_token, expires_at and key_id. Unknown fields are preserved. Files of the
// npm package @neuralconfig/nrepo can be read too: with auth_method "browser" or
// "api-key", without api_url, or {} after a logout. A file with user_id but
// without api_key means that the session has ended and cannot be renewed.
//
// # The environment
//
// NEURALREPO_CONFIG is the path of the file, and NEURALREPO_PROFILE chooses one of
// several files: see [Store.Path]. NEURALREPO_API_KEY is a credential that comes
// before the one in the file, and NEURALREPO_API_URL is the server to use. A
// credential is sent only to the server it belongs to: see [Store.Credential].
//
// # Writing
//
// A change takes the lock config.json.lock (flock(2), at most 5 s, or 20 s to
// renew a session), reads the file again, writes a temporary file beside it with
// mode 0600, and renames it over the old one. Readers need no lock and never see
// an incomplete file. If config.json is a symbolic link, all of this happens in
// the directory of its target.
//
// Nothing is read or written where another user could replace the file: through a
// link or in a directory that belongs to another user (except root), or in a
// directory that others can write to. Directories with the sticky bit, such as
// /tmp, are allowed, because nobody else can replace a file of ours there. So are
// directories that only the user's own group can write to.
package authcfg
