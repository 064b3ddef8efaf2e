// Package output writes what a command has to say: a human or a JSON result
// on stdout, an error in the same format on stderr, and text from outside in a
// form that cannot harm a terminal.
//
// It decides nothing about the format; pkg/plugin does, from flags,
// environment and login.
package output
