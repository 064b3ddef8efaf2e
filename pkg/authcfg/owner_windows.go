package authcfg

import "io/fs"

const homeVariable = "USERPROFILE"

// The access list of the profile directory keeps other users out, so files are not
// checked.

const everybody = "every user"

func isOurs(fs.FileInfo) bool { return false } // so that no mode is changed

func isForeign(fs.FileInfo) bool { return false }

func owner(fs.FileInfo) int { return -1 }

func mayKeepLogin(fs.FileInfo, access) bool { return true }

func mayHoldLogin(fs.FileInfo, bool, access) bool { return true }

func mayLink(_, _ fs.FileInfo, _ bool, _ access) bool { return true }

func writers(fs.FileInfo) string { return "" }
