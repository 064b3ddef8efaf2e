package main

import "os"

// isOurs returns true, because the directory for temporary files belongs to the user.
func isOurs(os.FileInfo) bool { return true }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }

// reachedGroup returns true, because console events reach every process of the console, and
// Windows has no signals to pass on.
func reachedGroup(os.Signal) bool { return true }
