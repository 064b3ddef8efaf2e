package sandbox

import (
	"bufio"
	"bytes"
	_ "embed" // the demo
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/api"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// aliceID is the id of the seeded user. It is fixed, so that a stored login has the same user
// in every sandbox.
const aliceID = "user_alice"

// DemoSeed is the value of [Options.Seed] for the ten examples that are built in.
const DemoSeed = "demo"

//go:embed demo.jsonl
var demo string

// seed adds the user of the documentation's examples, the ideas in a file, and a new
// key. Earlier keys in a database file stay valid, so logins survive a restart.
func seed(st *store.Store, file string) (apiKey string, err error) {
	avatar := "https://example.com/avatars/alice.png"
	err = st.AddUser(store.User{
		ID: aliceID, Email: "alice@example.com", DisplayName: "Alice Example", AvatarURL: &avatar,
		Plan: "pro", SettingsJSON: "{}",
	})
	if err != nil {
		return "", err
	}
	ideas, err := readSeed(file)
	if err != nil {
		return "", err
	}
	if err := st.AddIdeas(aliceID, ideas); err != nil {
		return "", fmt.Errorf("seed %s: %w", file, err)
	}
	key, err := st.CreateKey(aliceID, "sandbox", []string{store.ReadScope, store.WriteScope})
	return key.Key, err
}

// SeedError means that the file of [Options.Seed] cannot be read.
type SeedError struct {
	File string
	Err  error // the cause, such as "no such file or directory"
}

func (e *SeedError) Error() string { return "cannot read " + e.File + ": " + e.Err.Error() }

func (e *SeedError) Unwrap() error { return e.Err }

// readSeed reads JSON lines with one idea each. The error is a *[SeedError], or names the file
// and the line.
func readSeed(file string) (ideas []store.SeedIdea, err error) {
	var lines io.Reader
	switch file {
	case "":
		return nil, nil
	case DemoSeed:
		lines = strings.NewReader(demo)
	default:
		f, err := os.Open(file)
		if err != nil {
			return nil, unreadable(file, err)
		}
		defer f.Close()
		lines = f
	}
	const longest = 4 << 20 // bytes, enough for the largest idea with its links and relations
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, longest)
	n := 0
	for scanner.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(scanner.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		idea, err := api.ReadIdea(line)
		if err != nil {
			return nil, fmt.Errorf("seed %s:%d: %w", file, n, err)
		}
		ideas = append(ideas, idea)
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("seed %s:%d: longer than %d MiB", file, n+1, longest>>20)
	} else if err != nil {
		return nil, unreadable(file, err)
	}
	return ideas, nil
}

// unreadable returns a [SeedError] with only the cause of err.
func unreadable(file string, err error) error {
	if call, ok := errors.AsType[*fs.PathError](err); ok {
		err = call.Err
	}
	return &SeedError{file, err}
}
