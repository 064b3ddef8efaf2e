package main

import (
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// prefix is what a command's executable is called before its name.
const prefix = "nrepo-"

// maxName is the longest command name in bytes.
const maxName = 64

// origin says by which rule a command was found.
type origin string

const (
	originBuiltin  origin = "builtin"   // part of nrepo
	originExecPath origin = "exec-path" // in the directory NREPO_EXEC_PATH
	originOfficial origin = "official"  // an official command next to nrepo
	originBeside   origin = "beside"    // another command next to nrepo
	originPath     origin = "path"      // in a directory of PATH
)

// resolver finds the executables that commands stand for. Running a command,
// which, commands, help, suggestions and completion all ask it, so they cannot
// disagree.
//
// The order, after the built-in names, which are never looked up:
//
//  1. the directory NREPO_EXEC_PATH, if it is set;
//  2. the directory of nrepo as it was invoked, then, where that is a symbolic
//     link, the directory of its target;
//  3. the absolute entries of PATH in order, unless NREPO_PATH_LOOKUP is 0.
//
// Empty and relative entries of PATH are never used. In each directory the first
// file nrepo-NAME that we may run is taken; a directory, a file without x for us
// or a dangling link is passed over. On Windows the file is NAME.exe, then
// NAME.cmd, then NAME.bat, and the current directory is not looked in.
//
// To find one name takes a few stat-like calls and lists no directory; list reads
// directories and opens no file in them. Nothing is ever executed.
type resolver struct {
	execPath string
	self     self
	pathList []string
	suffixes []string  // of executable files; "" on Unix
	trace    io.Writer // each probed path is written here; may be nil
}

// newResolver returns the resolver of a process.
func newResolver(env *environment) (*resolver, error) {
	r := &resolver{pathList: env.pathList(), suffixes: executableSuffixes}
	if r.execPath = env.getenv(varExecPath); r.execPath != "" && !filepath.IsAbs(r.execPath) {
		return nil, usageError(varExecPath+" is not an absolute path: "+secrettext.Mask(termtext.Quote(r.execPath)),
			"set it to one absolute directory, or unset it")
	}
	if env.getenv(varTrace) == "1" {
		r.trace = env.stderr
	}
	var argv0 string
	if len(env.args) > 0 {
		argv0 = env.args[0]
	}
	r.self = findSelf(argv0, env.executable, r.pathList)
	return r, nil
}

// checkName refuses what is not a command name: [a-z0-9][a-z0-9-]*, at most 64
// bytes, and on Windows no device name. It is called before anything is looked
// up, so that no name can leave the directories searched.
func checkName(name string) error {
	switch {
	case validName(name) && !isDevice(name):
		return nil
	case name == "":
		return usageError("the command's name is empty", "see nrepo help")
	case len(name) > maxName:
		return usageError("the command's name is longer than 64 bytes", "see nrepo help")
	case secrettext.HasKey(name):
		return usageError("that is not a command name (not repeated: it may be a secret)", "see nrepo help")
	}
	return usageError(showArg(name)+" is not a command name",
		"a name has lower-case letters a to z, digits and -, and begins with a letter or digit")
}

func validName(name string) bool {
	if name == "" || len(name) > maxName || name[0] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// place is a directory that may hold commands.
type place struct {
	dir    string
	origin origin // originBeside for the directories of nrepo
}

// usable is false for empty and relative entries of PATH.
func (p place) usable() bool { return filepath.IsAbs(p.dir) }

// places yields the directories in order, each as often as it is named.
func (r *resolver) places(yield func(place) bool) {
	if r.execPath != "" && !yield(place{r.execPath, originExecPath}) {
		return
	}
	if dir := r.self.dir(); dir != "" && !yield(place{dir, originBeside}) {
		return
	}
	if dir := r.self.targetDir(); dir != "" && !yield(place{dir, originBeside}) {
		return
	}
	for _, dir := range r.pathList {
		if !yield(place{dir, originPath}) {
			return
		}
	}
}

// distinct is places without repetitions and missing directories. A directory that is
// named twice, as /bin and /usr/bin often are one, stands where it comes first.
func (r *resolver) distinct(yield func(place) bool) {
	var seen []fileInfo
next:
	for p := range r.places {
		dir := p.dir
		if dir == "" {
			dir = "."
		}
		info, err := stat(dir)
		if err != nil {
			continue
		}
		if p.usable() { // else an unusable name would hide a usable one
			for _, s := range seen {
				if s.same(info) {
					continue next
				}
			}
			seen = append(seen, info)
		}
		if !yield(p) {
			return
		}
	}
}

// candidate is a file that a name may stand for.
type candidate struct {
	name    string
	path    string // absolute, but for a relative entry of PATH
	origin  origin
	info    fileInfo // of a file that can be run
	problem string   // why it is passed over; "" when it can be run
	hint    string   // what to do about the problem
}

func newCandidate(p place, name, path string) candidate {
	c := candidate{name: name, path: path, origin: p.origin}
	if c.origin == originBeside && findOfficial(name) != nil {
		c.origin = originOfficial
	}
	return c
}

// note is what to tell the user about a candidate beside its path; it may be "".
func (c candidate) note() string {
	if c.origin == originPath && findOfficial(c.name) != nil {
		return "official name, but not next to nrepo"
	}
	return ""
}

// find returns the executable that a valid name stands for. The error is a
// *failure: "cannot run" where only files with a problem have the name, else
// "not found" with suggestions.
func (r *resolver) find(name string) (candidate, error) {
	for p := range r.places {
		if !p.usable() {
			continue
		}
		for _, suffix := range r.suffixes {
			path := join(p.dir, prefix+name+suffix)
			info, ok := runnable(path)
			if r.trace != nil {
				r.traceProbe(path, ok)
			}
			if ok {
				c := newCandidate(p, name, path)
				c.info = info
				return c, nil
			}
		}
	}
	if all := r.all(name); len(all) > 0 {
		return candidate{}, cannotRun(termtext.Line(all[0].path)+" "+all[0].problem, all[0].hint)
	}
	return candidate{}, r.unknown(name)
}

// all returns every file with a name in order, also those that are passed over.
// The first without a problem is the one that runs.
func (r *resolver) all(name string) []candidate {
	var found []candidate
	for p := range r.distinct {
		for _, suffix := range r.suffixes {
			if c, ok := r.look(p, name, prefix+name+suffix); ok {
				found = append(found, c)
			}
		}
		if c, ok := r.lookPowerShell(p, name); ok {
			found = append(found, c)
		}
	}
	return found
}

// look examines one file of a place.
func (r *resolver) look(p place, name, file string) (candidate, bool) {
	path := join(p.dir, file)
	c := newCandidate(p, name, path)
	if info, ok := runnable(path); ok {
		if c.info = info; !p.usable() {
			c.problem = "is not used: its entry in PATH is not absolute"
			c.hint = "write that entry of PATH as an absolute path, or move the file"
		}
		return c, true
	}
	link, err := lstat(path)
	if err != nil {
		return c, false
	}
	switch info, err := stat(path); {
	case err != nil && link.isLink():
		c.problem, c.hint = "is a link that leads nowhere", "remove it, or install what it points to"
	case err != nil:
		c.problem = "cannot be read: " + termtext.Line(errorText(err))
	case info.isDir():
		c.problem, c.hint = "is a directory", "a command is an executable file"
	case !info.isRegular():
		c.problem, c.hint = "is not a regular file", "a command is an executable file"
	case !info.executable():
		c.problem, c.hint = "is not executable", "run chmod +x "+shellQuote(path)
	default:
		c.problem = "is not executable for this user"
		c.hint = "look at its permissions and owner, and whether its file system is mounted noexec"
	}
	return c, true
}

// lookPowerShell finds a script that Windows cannot start as a program.
func (r *resolver) lookPowerShell(p place, name string) (candidate, bool) {
	if len(r.suffixes) < 2 {
		return candidate{}, false
	}
	path := join(p.dir, prefix+name+".ps1")
	if _, err := stat(path); err != nil {
		return candidate{}, false
	}
	c := newCandidate(p, name, path)
	c.problem, c.hint = "is a PowerShell script, which cannot be started as a program", "put a .cmd file beside it that runs it"
	return c, true
}

// listing is all that the directories hold.
type listing struct {
	commands []command   // sorted by name
	ignored  []candidate // files nrepo-* that no name stands for, with the reason
}

// command is a name and every file for it; files[0] runs if it has no problem.
type command struct {
	name  string
	files []candidate // those without a problem first, each group in order
}

// runs returns the file that runs, if any.
func (c command) runs() (candidate, bool) {
	if len(c.files) > 0 && c.files[0].problem == "" {
		return c.files[0], true
	}
	return candidate{}, false
}

// list reads the directories. What cannot be read counts as empty.
func (r *resolver) list() listing {
	var l listing
	index := make(map[string]int)
	for p := range r.distinct {
		for _, file := range filesOf(p.dir) {
			name, ok := r.nameOf(file)
			if problem, hint := refusedName(name, ok); problem != "" {
				c := newCandidate(p, name, join(p.dir, file))
				c.problem, c.hint = problem, hint
				l.ignored = append(l.ignored, c)
				continue
			}
			c, ok := r.look(p, name, file)
			if !ok {
				continue // gone meanwhile
			}
			i, known := index[name]
			if !known {
				i = len(l.commands)
				index[name] = i
				l.commands = append(l.commands, command{name: name})
			}
			l.commands[i].files = append(l.commands[i].files, c)
		}
	}
	for _, c := range l.commands {
		sort.SliceStable(c.files, func(i, j int) bool { return c.files[i].problem == "" && c.files[j].problem != "" })
	}
	sort.Slice(l.commands, func(i, j int) bool { return l.commands[i].name < l.commands[j].name })
	return l
}

// filesOf returns the names of a directory that begin with the prefix, sorted as
// the resolver tries them.
func filesOf(dir string) []string {
	if dir == "" {
		dir = "."
	}
	var files []string
	for _, name := range namesIn(dir) {
		if strings.HasPrefix(name, prefix) {
			files = append(files, name)
		}
	}
	sort.Slice(files, func(i, j int) bool { return beforeInDirectory(files[i], files[j]) })
	return files
}

// nameOf returns the name that a file stands for, and whether it has one of the
// suffixes.
func (r *resolver) nameOf(file string) (string, bool) {
	name := strings.TrimPrefix(file, prefix)
	for _, suffix := range r.suffixes {
		if base, ok := cutSuffix(name, suffix); ok {
			return base, true
		}
	}
	return name, false
}

// refusedName says why no command can have a name; "" if one can.
func refusedName(name string, suffixOK bool) (problem, hint string) {
	switch {
	case !suffixOK:
		return "is not a kind of file that can be started", "name it .exe, .cmd or .bat"
	case findBuiltin(name) != nil:
		return "has the name of a built-in command, which always wins", "rename it"
	case validName(name) && !isDevice(name):
		return "", ""
	}
	if base, _, found := strings.Cut(name, "."); found && validName(base) {
		return "is not a command name: it has an extension", "rename it to " + prefix + base
	}
	return "is not a command name: only a to z, 0 to 9 and -", "rename it"
}

func (r *resolver) traceProbe(path string, hit bool) {
	word := "no "
	if hit {
		word = "yes"
	}
	io.WriteString(r.trace, "nrepo: try "+word+" "+secrettext.Mask(termtext.Line(path))+"\n")
}

func (r *resolver) traceRun(argv []string) {
	line := "nrepo: run"
	for _, arg := range argv {
		line += " " + secrettext.Mask(termtext.Quote(arg))
	}
	io.WriteString(r.trace, line+"\n")
}

// join is filepath.Join without its cleaning, so a path keeps the spelling of
// its entry in PATH.
func join(dir, file string) string {
	switch {
	case dir == "":
		return file
	case os.IsPathSeparator(dir[len(dir)-1]):
		return dir + file
	}
	return dir + string(filepath.Separator) + file
}
