package authcfg

import (
	"io/fs"
	"os"
)

const homeVariable = "USERPROFILE"

const (
	openNonblock = 0
	openNoFollow = 0
)

// isOurs is true: the profile directory's access list keeps other users out.
func isOurs(fs.FileInfo) bool { return true }

func trusted(fs.FileInfo) bool { return true }

func checkDir(string, bool) error { return nil }

func (s *Store) closeToOthers(*os.File, fs.FileInfo) {}

// syncDir does nothing: Windows cannot flush a directory.
func syncDir(string) error { return nil }
