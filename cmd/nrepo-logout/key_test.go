package main

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

func TestFits(t *testing.T) {
	t.Parallel()
	secret := authcfg.Secret("nrp_" + strings.Repeat("0123456789abcdef", 4))
	for masked, want := range map[string]bool{
		"nrp_…cdef":     true,
		"…cdef":         true,
		"****cdef":      true,
		"nrp_0123…":     true,
		"nrp_01…ef":     true,
		secret.Reveal(): true,
		"nrp_…def":      false, // too little to go by
		"nrp_0…ef":      false,
		"nrp…f":         false, // three of these are no digits
		"nr…ef":         false,
		"nrp_…cdee":     false,
		"nrp_0124…":     false,
		"nrp_0124…cdef": false,
		"nrp_…":         false,
		"":              false,
	} {
		if got := fits([]byte(`{"key":"`+masked+`"}`), secret); got != want {
			t.Errorf("%q fits: %v", masked, got)
		}
	}
}
