package e2e

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/dist/image"
	"github.com/nrepo-cli/nrepo/internal/dist/image/imagetest"
	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// stage is one stage of a Dockerfile.
type stage struct {
	from, name string
	env        []string // from ARG and ENV
	run        []string
	copy       [][]string // [--from=STAGE, source, destination]
	user       string
	entrypoint []string
}

// stages reads a Dockerfile. It supports the instructions that ours uses.
func stages(t *testing.T, text string) (all []stage) {
	t.Helper()
	text = regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if words[0] == "FROM" {
			all = append(all, stage{from: words[1], name: words[len(words)-1]})
			continue
		}
		s := &all[len(all)-1]
		switch rest := words[1:]; words[0] {
		case "ARG", "ENV":
			s.env = append(s.env, rest...)
		case "RUN":
			s.run = append(s.run, strings.TrimSpace(strings.TrimPrefix(line, "RUN")))
		case "COPY":
			s.copy = append(s.copy, rest)
		case "USER":
			s.user = rest[0]
		case "ENTRYPOINT":
			if err := json.Unmarshal([]byte(strings.Join(rest, " ")), &s.entrypoint); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		case "CMD":
		default:
			t.Fatalf("this test does not support %s", line)
		}
	}
	return all
}

// mounts prepares a root directory in a mount namespace. It has the directories of this
// machine that an image of Go also has, read-only, and the directories in the arguments,
// writable.
const mounts = `
root=$1; shift
mkdir -m 1777 "$root/tmp"
for dir in /bin /etc /lib /lib64 /sbin /usr; do
	[ -d "$dir" ] || continue
	mkdir "$root$dir"
	mount --bind "$dir" "$root$dir"
	mount -o remount,bind,ro "$root$dir"
done
for dir in /dev /proc "$@"; do
	mkdir -p "$root$dir" 2>/dev/null || [ -d "$root$dir" ]
	mount --rbind "$dir" "$root$dir"
done
`

// TestImage builds examples/ci/Dockerfile without a container engine. The steps of the
// first stage run in another root directory, with a module proxy that serves this
// repository. The files that the second stage copies are the image.
func TestImage(t *testing.T) {
	if os.Getuid() != 0 {
		need(t, "only root can mount and change the root")
	}
	t.Parallel()
	text, err := os.ReadFile("../examples/ci/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	all := stages(t, string(text))
	if len(all) != 2 || all[1].from != "scratch" {
		t.Fatalf("the stages are %+v", all)
	}
	build, final := all[0], all[1]
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod); build.from != "golang:"+string(version[1]) {
		t.Errorf("it builds with %s, go.mod wants %s", build.from, version[1])
	}

	root := t.TempDir()
	proxy := moduleProxy(t)
	from, _, _ := strings.Cut(strings.TrimPrefix(proxy[0], "GOPROXY=file://"), ",")
	script := "set -eu\n" + mounts
	for _, step := range build.run {
		script += "chroot \"$root\" /bin/sh -c '" + strings.ReplaceAll(step, "'", `'\''`) + "'\n"
	}
	cmd := exec.Command("unshare", "--mount", "sh", "-c", script, "sh", root,
		from, goEnv(t, "GOROOT"), goEnv(t, "GOCACHE"), filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download"))
	cmd.Env = append(proxy, "HOME=/tmp", "PATH="+goBin(t)+":/usr/sbin:/usr/bin:/sbin:/bin", "GOFLAGS=-modcacherw")
	cmd.Env = append(cmd.Env, build.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}

	image := filepath.Join(t.TempDir(), "image")
	for _, words := range final.copy {
		if len(words) != 3 || words[0] != "--from="+build.name {
			t.Fatalf("this test does not support COPY %q", words)
		}
		if err := os.CopyFS(filepath.Join(image, words[2]), os.DirFS(filepath.Join(root, words[1]))); err != nil {
			t.Fatal(err)
		}
	}
	checkImage(t, image)
	useImage(t, image, final)
}

// TestReleaseImage unpacks the image of a release and runs it in another root directory.
// It must have the same files and behave like the image of examples/ci.
func TestReleaseImage(t *testing.T) {
	if os.Getuid() != 0 {
		need(t, "only root can change the root")
	}
	t.Parallel()
	var layout bytes.Buffer
	i := image.Image{Version: "v1.2.3", Time: time.Unix(0, 0).UTC(), Bin: map[string]string{runtime.GOARCH: binaries(t)}}
	if err := i.Write(&layout, runtime.GOARCH); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "image")
	config := imagetest.Read(t, &layout).Unpack(t, runtime.GOARCH, dir)
	checkImage(t, dir)
	useImage(t, dir, stage{user: config.User, entrypoint: config.Entrypoint, env: config.Env})
}

// checkImage checks that the image has the files that the comment in the Dockerfile
// names.
func checkImage(t *testing.T, image string) {
	var files []string
	var size int64
	err := filepath.WalkDir(image, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		files = append(files, strings.TrimPrefix(path, image))
		if program, e := elf.Open(path); e == nil {
			defer program.Close()
			if slices.ContainsFunc(program.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
				t.Errorf("%s is not static", path)
			}
		} else if strings.Contains(path, "/bin/") {
			t.Errorf("%s: %v", path, e)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"/etc/ssl/certs/ca-certificates.crt", "/usr/bin/nrepo", "/usr/bin/nrepo-login", "/usr/bin/nrepo-push"}
	if !slices.Equal(files, want) {
		t.Errorf("the image has %q, want %q", files, want)
	}
	if size > 17e6 {
		t.Errorf("the image has %d bytes, more than 17 MB", size)
	}
}

// useImage runs the image as an engine would, with /proc and its PATH: first as a job
// with a key in the environment, then with a login in a directory of the host.
func useImage(t *testing.T, image string, s stage) {
	server := nrepotest.NewServer(t)
	if err := os.Mkdir(filepath.Join(image, "proc"), 0o755); err != nil {
		t.Fatal(err)
	}
	run := func(stdin string, env []string, args ...string) (stdout, stderr string, code int) {
		t.Helper()
		var out, problems bytes.Buffer
		const enter = `root=$1 user=$2; shift 2; mount --rbind /proc "$root/proc"; exec chroot --userspec "$user" "$root" "$@"`
		args = slices.Concat([]string{"--mount", "sh", "-euc", enter, "sh", image, s.user}, s.entrypoint, args)
		cmd := exec.Command("unshare", args...)
		cmd.Env = append(env, "NEURALREPO_API_URL="+server.APIURL, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &problems
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return out.String(), problems.String(), cmd.ProcessState.ExitCode()
	}
	key := []string{"NEURALREPO_API_KEY=" + server.APIKey}
	stdout, stderr, code := run("", key, "push", "Solar-powered bus stops", "--human")
	if stdout != "Captured idea #1 \"Solar-powered bus stops\"\n" || stderr != "" || code != 0 {
		t.Errorf("push: %q %q %d", stdout, stderr, code)
	}
	if n := len(server.Requests()); n != 1 {
		t.Errorf("push makes %d requests", n)
	}
	if _, stderr, code = run("", key, "whoami"); code != 127 || !strings.Contains(stderr, "nrepo-whoami") {
		t.Errorf("whoami: %q %d", stderr, code)
	}
	if stdout, stderr, code = run("", nil, "help"); code != 0 || !strings.Contains(stdout, "push") {
		t.Errorf("help: %q %q %d", stdout, stderr, code)
	}

	config := filepath.Join(image, "config")
	if err := os.Mkdir(config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(config, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	kept := []string{"NEURALREPO_CONFIG=/config/config.json"}
	if stdout, stderr, code = run(server.APIKey+"\n", kept, "login", "--api-key"); stdout != "Logged in as alice@example.com\n" || code != 0 {
		t.Errorf("login: %q %q %d", stdout, stderr, code)
	}
	if stdout, stderr, code = run("", kept, "push", "Two", "--human"); stdout != "Captured idea #2 \"Two\"\n" || code != 0 {
		t.Errorf("push: %q %q %d", stdout, stderr, code)
	}
}
