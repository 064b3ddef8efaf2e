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

// TestJobs runs the shell steps of the jobs in examples/ci, as the CI service does after
// a failure, with a sandbox and a server for the release.
func TestJobs(t *testing.T) {
	t.Parallel()
	release := newRelease(t)
	t.Run("github", func(t *testing.T) {
		t.Parallel()
		var workflow struct {
			Jobs map[string]struct {
				Steps []struct {
					If, Run, Uses string
					With, Env     map[string]string
				}
			}
		}
		readYAML(t, "../examples/ci/github-actions.yml", &workflow)
		j := newJob(t, release)
		temp := t.TempDir()
		path := filepath.Join(temp, "path")
		j.env = append(j.env, "GITHUB_PATH="+path, "RUNNER_TEMP="+temp, "GITHUB_REPOSITORY=alice/bus-stops", "GITHUB_SERVER_URL=https://github.com", "GITHUB_RUN_ID=7")
		for _, step := range workflow.Jobs["build"].Steps {
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
			if step.Uses != "" {
				j.action(t, step.Uses, step.With, release)
				continue
			}
			j.bash(t, "-e", step.Run, env)
		}
		j.captured(t, "The nightly build of alice/bus-stops fails", "https://github.com/alice/bus-stops/actions/runs/7")
	})
	t.Run("gitlab", func(t *testing.T) {
		t.Parallel()
		var pipeline struct {
			Capture struct {
				When      string
				Variables map[string]string
				Script    []string
			}
		}
		readYAML(t, "../examples/ci/gitlab-ci.yml", &pipeline)
		job := pipeline.Capture
		if job.When != "on_failure" {
			t.Errorf("it runs %q", job.When)
		}
		j := newJob(t, release)
		copyFile(t, "../examples/ci/install.sh", filepath.Join(j.home, "ci/install-nrepo.sh"))
		env := append(j.env, "NEURALREPO_API_KEY="+j.server.APIKey, "CI_PROJECT_PATH=alice/bus-stops", "CI_PIPELINE_URL=https://gitlab.com/alice/bus-stops/-/pipelines/7")
		for name, value := range job.Variables {
			env = append(env, name+"="+release.pinned(value))
		}
		j.bash(t, "-eo pipefail", strings.Join(job.Script, "\n"), env)
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

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// job is the machine that runs a job, with a fresh home, a release and a service.
type job struct {
	home, path string
	env        []string
	server     *nrepotest.Server
}

func newJob(t *testing.T, r *release) *job {
	t.Helper()
	j := job{home: t.TempDir(), path: "/usr/bin:/bin", server: nrepotest.NewServer(t)}
	j.env = []string{"HOME=" + j.home, "CI=true", "NREPO_RELEASES=" + r.url, "NEURALREPO_API_URL=" + j.server.APIURL}
	return &j
}

// action runs a step that uses the action in examples/ci, as GitHub does. The action was
// copied to the repository as its comment says.
func (j *job) action(t *testing.T, uses string, with map[string]string, r *release) {
	t.Helper()
	dir := filepath.Join(j.home, uses)
	for _, name := range []string{"action.yml", "install.sh"} {
		copyFile(t, "../examples/ci/"+name, filepath.Join(dir, name))
	}
	var action struct {
		Name, Description string
		Inputs            map[string]struct{ Description string }
		Runs              struct {
			Using string
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	readYAML(t, filepath.Join(dir, "action.yml"), &action)
	if action.Name == "" || action.Description == "" || action.Runs.Using != "composite" || len(action.Runs.Steps) != 1 {
		t.Errorf("the action is %+v", action)
	}
	for name := range with {
		if _, found := action.Inputs[name]; !found {
			t.Errorf("the action has no input %s", name)
		}
	}
	step := action.Runs.Steps[0]
	env := append(j.env, "GITHUB_ACTION_PATH="+dir)
	for name, value := range step.Env {
		for input := range action.Inputs {
			value = strings.ReplaceAll(value, "${{ inputs."+input+" }}", r.pinned(with[input]))
		}
		env = append(env, name+"="+value)
	}
	if step.Shell != "sh" {
		t.Errorf("the step is for %s", step.Shell)
	}
	j.bash(t, "--posix -e", step.Run, env)
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

// captured checks that the job made one request, which created one idea, and left no
// login behind.
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
