// Package secrettext recognises credentials in text: in arguments and addresses,
// which must not contain one, and in errors, warnings and the trace, which must not
// show one. The dispatcher and pkg/ use it, so it imports neither.
package secrettext

import "strings"

const (
	prefix    = "nrp_" // of an API key, in any case
	mask      = "…"
	keyDigits = 64 // of an API key
	enough    = 8  // how many digits or characters in a row are a large part of a secret
)

// HasKey reports whether s contains something that looks like an API key or a large
// part of one: nrp_, in any case, and 8 or more hexadecimal digits. URL escapes, such
// as %5F, are decoded. 64 digits alone do not count, because a digest looks the same.
func HasKey(s string) bool {
	t := decode(s)
	for i := range t.chars {
		if t.keyAt(i) {
			return true
		}
	}
	return false
}

// Mask returns s with every credential in it replaced by "…": nrp_ and 8 or more
// digits, 64 or more hexadecimal digits in a row, and any part of 8 or more characters
// of a secret in sent (or a shorter secret as a whole). It ignores case and decodes
// URL escapes.
func Mask(s string, sent ...string) string {
	t := decode(s)
	hidden := make([]bool, len(t.chars))
	hide := func(from, n int) {
		for i := range n {
			hidden[from+i] = true
		}
	}
	for i := 0; i < len(t.chars); i++ {
		if t.keyAt(i) {
			hide(i+len(prefix), t.digits(i+len(prefix)))
		}
		if i > 0 && isHex(t.chars[i-1]) {
			continue // this row of digits was already checked
		}
		if n := t.digits(i); n >= keyDigits {
			hide(i, n)
		}
	}
	for _, secret := range sent {
		parts, size := partsOf(secret)
		for i := 0; size > 0 && i+size <= len(t.chars); i++ {
			if parts[t.chars[i:i+size]] {
				hide(i, size)
			}
		}
	}
	return t.without(hidden)
}

// text is a string with URL escapes decoded and in lower case.
type text struct {
	raw    string
	chars  string
	starts []int // the index in raw of each byte of chars, then the length of raw
}

func decode(raw string) text {
	chars, starts := make([]byte, 0, len(raw)), make([]int, 0, len(raw)+1)
	for i := 0; i < len(raw); {
		starts = append(starts, i)
		c := raw[i]
		i++
		for c == '%' && i+2 <= len(raw) && isHex(raw[i]) && isHex(raw[i+1]) { // %255F means %5F, which means _
			c, i = unhex(raw[i])<<4|unhex(raw[i+1]), i+2
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		chars = append(chars, c)
	}
	return text{raw, string(chars), append(starts, len(raw))}
}

func (t text) keyAt(i int) bool {
	return strings.HasPrefix(t.chars[i:], prefix) && t.digits(i+len(prefix)) >= enough
}

// digits counts the hexadecimal digits at i.
func (t text) digits(i int) int {
	n := 0
	for i+n < len(t.chars) && isHex(t.chars[i+n]) {
		n++
	}
	return n
}

// partsOf returns all parts of a secret that have size bytes. None may be shown.
func partsOf(secret string) (parts map[string]bool, size int) {
	chars := decode(secret).chars
	size = min(enough, len(chars))
	parts = map[string]bool{}
	for i := range len(chars) - size + 1 {
		parts[chars[i:i+size]] = true
	}
	return parts, size
}

func (t text) without(hidden []bool) string {
	var b strings.Builder
	for i := 0; i < len(hidden); {
		from := i
		for i < len(hidden) && hidden[i] == hidden[from] {
			i++
		}
		switch {
		case !hidden[from]:
			b.WriteString(t.raw[t.starts[from]:t.starts[i]])
		case strings.HasPrefix(t.chars[from:i], prefix):
			b.WriteString(prefix + mask)
		default:
			b.WriteString(mask)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
