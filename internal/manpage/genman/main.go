// Command genman writes the manual pages and completions of the programs in a
// directory, laid out as below share/ of an installation.
//
//	go run ./internal/manpage/genman -bin bin -out build/share -contract docs/plugin-contract.md
package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nrepo-cli/nrepo/internal/manpage"
)

func main() {
	bin := flag.String("bin", "bin", "directory of the programs")
	out := flag.String("out", "build/share", "directory to write")
	contract := flag.String("contract", "", "document that becomes nrepo-plugins(7)")
	version := flag.String("version", "", "version for the footers")
	flag.Parse()
	if err := run(*bin, *out, *contract, *version); err != nil {
		fmt.Fprintln(os.Stderr, "genman:", err)
		os.Exit(1)
	}
}

func run(bin, out, contract, version string) error {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	programs, err := filepath.Glob(filepath.Join(bin, "nrepo*"))
	if err != nil || len(programs) == 0 {
		return fmt.Errorf("no programs in %s: %w", bin, err)
	}
	date, err := date()
	if err != nil {
		return err
	}
	seeAlso := []string{"nrepo(1)"}
	for _, path := range programs[1:] {
		seeAlso = append(seeAlso, filepath.Base(path)+"(1)")
	}
	if contract != "" {
		seeAlso = append(seeAlso, "nrepo-plugins(7)")
	}
	for _, path := range programs {
		name := filepath.Base(path)
		page := manpage.Page{Name: name, Section: 1, Version: version, Date: date, SeeAlso: []string{"nrepo(1)", "nrepo-plugins(7)"}}
		if contract == "" {
			page.SeeAlso = page.SeeAlso[:1]
		}
		if name == "nrepo" {
			page.SeeAlso = seeAlso
		}
		help, subs, err := manpage.Collect(path)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(out, "man", "man1", name+".1"), manpage.FromHelp(page, help, subs)); err != nil {
			return err
		}
	}
	if contract != "" {
		source, err := os.ReadFile(contract)
		if err != nil {
			return err
		}
		page := manpage.Page{Name: "nrepo-plugins", Section: 7, Version: version, Date: date, SeeAlso: seeAlso[:len(seeAlso)-1]}
		address := &url.URL{Scheme: "https", Host: "github.com", Path: "/nrepo-cli/nrepo/blob/main/docs/" + filepath.Base(contract)}
		if err := write(filepath.Join(out, "man/man7/nrepo-plugins.7"), manpage.FromMarkdown(page, string(source), address)); err != nil {
			return err
		}
	}
	for shell, file := range map[string]string{
		"bash": "bash-completion/completions/nrepo",
		"zsh":  "zsh/site-functions/_nrepo",
		"fish": "fish/vendor_completions.d/nrepo.fish",
	} {
		script, err := manpage.Output(programs[0], "completion", shell)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(out, file), script); err != nil {
			return err
		}
	}
	return nil
}

// date returns the date in SOURCE_DATE_EPOCH, which makes the output reproducible
// (reproducible-builds.org), else the current date.
func date() (time.Time, error) {
	epoch := os.Getenv("SOURCE_DATE_EPOCH")
	if epoch == "" {
		return time.Now(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0), nil
}

func write(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}
