//go:build !linux

package callback

// holder returns "": other systems have no simple way to find out.
func holder(int) string { return "" }
