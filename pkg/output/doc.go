// Package output writes results and errors of commands, for people or as JSON, and
// makes text from outside safe for a terminal.
//
// Package plugin chooses the format, from flags, environment and login.
package output
