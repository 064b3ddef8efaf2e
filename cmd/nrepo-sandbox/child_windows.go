package main

import "os"

// isOurs is true: the directory for temporary files is the user's own.
func isOurs(os.FileInfo) bool { return true }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }

// reachedGroup is true: console events go to every process of the console, and
// Windows has no signals to pass on.
func reachedGroup(os.Signal) bool { return true }
