//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestJobs runs the shell steps of the jobs in examples/ci as the service that
// they are for would after a failure, against a sandbox.
func TestJobs(t *testing.T) {
	t.Parallel()
	var github struct {
		Jobs map[string]struct {
			Steps []struct {
				If, Run string
				Env     map[string]string
			}
		}
	}
	readYAML(t, "../examples/ci/github-actions.yml", &github)
	var gitlab struct {
		Capture struct {
			When   string
			Script []string
		}
	}
	readYAML(t, "../examples/ci/gitlab-ci.yml", &gitlab)

	t.Run("github", func(t *testing.T) {
		t.Parallel()
		j := newJob(t)
		path := filepath.Join(t.TempDir(), "path")
		j.env = append(j.env, "GITHUB_PATH="+path, "GITHUB_REPOSITORY=alice/bus-stops", "GITHUB_SERVER_URL=https://github.com", "GITHUB_RUN_ID=7")
		for _, step := range github.Jobs["build"].Steps {
			if step.If != "failure()" {
				continue
			}
			if added, err := os.ReadFile(path); err == nil {
				j.path = strings.TrimSpace(string(added)) + ":" + j.path
			}
			env := j.env
			for name, value := range step.Env {
				env = append(env, name+"="+strings.ReplaceAll(value, "${{ secrets.NEURALREPO_API_KEY }}", j.server.APIKey))
			}
			j.bash(t, "-e", step.Run, env)
		}
		j.captured(t, "The nightly build of alice/bus-stops fails", "https://github.com/alice/bus-stops/actions/runs/7")
	})
	t.Run("gitlab", func(t *testing.T) {
		t.Parallel()
		if gitlab.Capture.When != "on_failure" {
			t.Errorf("it runs %q", gitlab.Capture.When)
		}
		j := newJob(t)
		j.path = filepath.Join(j.home, "go/bin") + ":" + j.path // as in the image of Go
		j.bash(t, "-eo pipefail", strings.Join(gitlab.Capture.Script, "\n"), append(j.env,
			"NEURALREPO_API_KEY="+j.server.APIKey, "CI_PROJECT_PATH=alice/bus-stops", "CI_PIPELINE_URL=https://gitlab.com/alice/bus-stops/-/pipelines/7"))
		j.captured(t, "A build of alice/bus-stops fails", "https://gitlab.com/alice/bus-stops/-/pipelines/7")
	})
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// job is the machine of a job: a fresh home, Go, and a service.
type job struct {
	home, path string
	env        []string
	server     *nrepotest.Server
}

func newJob(t *testing.T) *job {
	t.Helper()
	j := job{home: t.TempDir(), path: goBin(t) + ":/usr/bin:/bin", server: nrepotest.NewServer(t)}
	j.env = append(moduleProxy(t), "HOME="+j.home, "CI=true", "CGO_ENABLED=0", "GOFLAGS=-modcacherw", "NEURALREPO_API_URL="+j.server.APIURL)
	return &j
}

func (j *job) bash(t *testing.T, flags, script string, env []string) {
	t.Helper()
	cmd := exec.Command("bash", append(strings.Fields(flags), "-c", script)...)
	cmd.Dir, cmd.Env = j.home, append(env, "PATH="+j.path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	if strings.Contains(string(out), j.server.APIKey) {
		t.Errorf("%s prints the key", script)
	}
}

// captured wants that the job made one request, which made one idea, and left
// no login behind.
func (j *job) captured(t *testing.T, title, body string) {
	t.Helper()
	if requests := j.server.Requests(); len(requests) != 1 || requests[0].Method != "POST" {
		t.Errorf("requests %+v", requests)
	}
	if _, err := os.Stat(filepath.Join(j.home, ".config/neuralrepo")); err == nil {
		t.Error("a config file was made")
	}
	show := exec.Command(filepath.Join(binaries(t), "nrepo"), "show", "1", "--json")
	show.Env = j.server.Environ()
	idea, err := show.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{title, body, `"ci"`, `"source": "cli"`} {
		if !strings.Contains(string(idea), want) {
			t.Errorf("the idea lacks %q: %s", want, idea)
		}
	}
}
