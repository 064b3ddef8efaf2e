package journal

import "strconv"

// packed is an entry that needs little memory: an import may have 100,000 records.
type packed struct {
	id, number uint64
	state      State
}

// words are the texts that are not whole numbers.
type words struct{ list []string }

// pack encodes a text as a number: a whole number as an even number, any other text as
// an odd one that has its index in words.
func (w *words) pack(text string) uint64 {
	if n, err := strconv.ParseUint(text, 10, 63); err == nil && strconv.FormatUint(n, 10) == text {
		return n << 1
	}
	if text == "" {
		return 1
	}
	w.list = append(w.list, text)
	return uint64(len(w.list))<<1 | 1
}

func (w *words) unpack(n uint64) string {
	switch {
	case n == 1:
		return ""
	case n&1 == 1:
		return w.list[n>>1-1]
	}
	return strconv.FormatUint(n>>1, 10)
}
