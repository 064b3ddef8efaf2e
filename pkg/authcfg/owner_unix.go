//go:build unix

package authcfg

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

const homeVariable = "HOME"

// isOurs reports whether the file belongs to the effective user.
func isOurs(info fs.FileInfo) bool { return owner(info) == os.Geteuid() }

// isForeign reports whether it belongs to another user, root included.
func isForeign(info fs.FileInfo) bool { return !isOurs(info) }

func owner(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// mayKeepLogin reports whether a login may be stored in this directory. A
// directory of root is allowed, because root could change the login anyway. But
// root must not create files in the directory of another user, who could not write
// them (sudo nrepo login).
func mayKeepLogin(dir fs.FileInfo, to access) bool {
	return keeps(owner(dir), os.Geteuid(), to)
}

func keeps(owner, user int, to access) bool {
	return owner == user || owner == 0 || user == 0 && to == reading
}

// mayHoldLogin reports whether this file may be the login. A file of another user
// could have been planted. Root may read the files of all users, except in
// directories where everybody can create files.
func mayHoldLogin(file fs.FileInfo, shared bool, to access) bool {
	return isOurs(file) || os.Geteuid() == 0 && to == reading && !shared
}

// mayLink reports whether a link in dir may be followed. Its owner chooses what is
// read or overwritten. Links of root are followed to directories, such as /home,
// and for reading, but not for writing.
func mayLink(link, dir fs.FileInfo, last bool, to access) bool {
	switch {
	case isOurs(link):
		return true
	case last && to != reading:
		return false
	}
	return owner(link) == 0 || os.Geteuid() == 0 && writers(dir) == ""
}

const everybody = "every user"

// writers returns who can create files in a directory, apart from its owner and
// root; "" if nobody can. The owner's own group, which many systems create for
// each user, does not count.
func writers(dir fs.FileInfo) string {
	st, ok := dir.Sys().(*syscall.Stat_t)
	switch {
	case dir.Mode().Perm()&0o002 != 0:
		return everybody
	case dir.Mode().Perm()&0o020 == 0 || !ok || isPrivate(st.Uid, st.Gid):
		return ""
	}
	return "a group"
}

// isPrivate reports whether a group is a user's own group, with the same number or
// name.
func isPrivate(uid, gid uint32) bool {
	if uid == gid {
		return true
	}
	group, err := user.LookupGroupId(strconv.Itoa(int(gid)))
	if err != nil {
		return false
	}
	owner, err := user.LookupId(strconv.Itoa(int(uid)))
	return err == nil && owner.Username == group.Name
}
