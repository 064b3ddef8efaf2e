//go:build unix && !linux

package main

import "syscall"

// ownGroup has a child lead a process group of its own.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
