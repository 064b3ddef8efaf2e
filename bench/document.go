//go:build linux

package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// notes is the template of the page: it explains the figures and the targets that are not met.
// `make bench` fills in the tables and the machine.
//
//go:embed notes.md
var notes string

// document writes docs/benchmarks.md, and its lines into the README.
func (b *bench) document(rows []row, slopes []slope) error {
	var table strings.Builder
	table.WriteString("| what | measured | quartiles | target | |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s |\n", r.what, r.value, r.spread, r.target, r.verdict)
	}
	var grown strings.Builder
	grown.WriteString("| what | the work once | 10 times | 100 times |\n|---|---|---|---|\n")
	for _, s := range slopes {
		fmt.Fprintf(&grown, "| %s | %s | %s | %s |\n", s.what, s.of, s.ten, s.hundred)
	}
	var missing strings.Builder
	for _, note := range b.notes {
		missing.WriteString(note + "\n\n")
	}
	page := strings.NewReplacer(
		"{{table}}\n", table.String(),
		"{{growth}}\n", grown.String(),
		"{{missing}}\n", missing.String(),
		"{{rounds}}", fmt.Sprint(b.rounds),
		"{{machine}}", b.machine(),
	).Replace(notes)
	if err := os.WriteFile("docs/benchmarks.md", []byte(page), 0o644); err != nil {
		return err
	}
	return updateREADME("README.md", rows)
}

// updateREADME updates our figures in the README's table.
func updateREADME(file string, rows []row) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(text)) {
		for _, r := range rows {
			if strings.HasPrefix(line, "| "+r.what+" | ") {
				line = r.short()
			}
		}
		out.WriteString(line)
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

// short is a line of the README's table.
func (r row) short() string {
	return "| " + r.what + " | " + r.value + " | " + r.target + " | " + r.verdict + " |\n"
}

// machine describes the machine of the measurement, without its name.
func (b *bench) machine() string {
	parts := []string{fmt.Sprintf("%s, %d cores", cpuModel(), runtime.NumCPU())}
	var name syscall.Utsname
	if syscall.Uname(&name) == nil {
		release, _, _ := strings.Cut(utsString(name.Release[:]), "-") // the rest may identify the host
		parts = append(parts, "Linux "+release+" on "+runtime.GOARCH)
	}
	parts = append(parts, runtime.Version())
	for _, tool := range []string{b.git, b.curl} {
		if tool == "" {
			continue
		}
		out, err := exec.Command(tool, "--version").Output()
		if fields := strings.Fields(string(out)); err == nil && len(fields) > 1 {
			version := fields[1]
			if len(fields) > 2 && fields[1] == "version" { // git version 2.39.5
				version = fields[2]
			}
			parts = append(parts, fields[0]+" "+version)
		}
	}
	return strings.Join(parts, "; ")
}

func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func utsString[T int8 | uint8](field []T) string {
	var b strings.Builder
	for _, c := range field {
		if c == 0 {
			break
		}
		b.WriteByte(byte(c))
	}
	return b.String()
}
