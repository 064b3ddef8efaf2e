package callback

import (
	"bytes"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// holder returns the name of the program that listens on a port or, if that is not
// visible, its user (proc(5)).
func holder(port int) string {
	inode, uid := listener(port)
	if inode == "" {
		return ""
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if to, err := os.Readlink(link); err != nil || to != "socket:["+inode+"]" {
			continue
		}
		process := filepath.Dir(filepath.Dir(link))
		name, err := os.ReadFile(filepath.Join(process, "comm"))
		if err != nil {
			continue
		}
		return fmt.Sprintf("%s (process %s)", output.SafeLine(string(bytes.TrimSpace(name))), filepath.Base(process))
	}
	if u, err := user.LookupId(uid); err == nil {
		return "a program of the user " + output.SafeLine(u.Username)
	}
	return "a program of the user " + uid
}

// listener returns the inode of the socket that listens on a port, and its user;
// "" if there is none.
func listener(port int) (inode, uid string) {
	const listening = "0A"
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for row := range strings.Lines(string(text)) {
			fields := strings.Fields(row)
			if len(fields) > 9 && fields[3] == listening && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) {
				return fields[9], fields[7]
			}
		}
	}
	return "", ""
}
