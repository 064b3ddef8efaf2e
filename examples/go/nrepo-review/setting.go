package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// setting is the plugin's setting, stored in a file in its own directory.
type setting struct {
	Days int `json:"days"` // how many days without a change make an idea due
}

func settingFile(env *plugin.Env) (string, error) {
	dir, err := env.ConfigDir("nrepo-review")
	return filepath.Join(dir, "settings.json"), err
}

// storedDays returns after how many days ideas are due: the setting, or 30.
func storedDays(env *plugin.Env) (int, error) {
	path, err := settingFile(env)
	if err != nil {
		return 0, err
	}
	doc, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 30, nil
	}
	s := setting{Days: -1}
	if err == nil {
		err = json.Unmarshal(doc, &s)
	}
	if err != nil || s.Days < 0 {
		return 0, &output.Error{Code: output.CodeConfig, Err: fmt.Errorf("cannot read %s", path), Hint: "correct it, or remove it"}
	}
	return s.Days, nil
}

func setDays(env *plugin.Env, text string) error {
	days, err := parseDays(text)
	if err != nil {
		return err
	}
	path, err := settingFile(env)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(setting{days})
	if err != nil {
		return err
	}
	// Write a new file and rename it, so that a reader never sees half a file.
	if err := os.WriteFile(path+".new", append(doc, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return showDays(env)
}

func showDays(env *plugin.Env) error {
	days, err := storedDays(env)
	if err != nil {
		return err
	}
	return env.Print(setting{days}, fmt.Sprintf("An idea is due after %d days.\n", days))
}
