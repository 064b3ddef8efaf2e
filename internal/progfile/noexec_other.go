//go:build !linux

package progfile

func noExec(string) bool { return false }
