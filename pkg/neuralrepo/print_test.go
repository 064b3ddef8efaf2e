package neuralrepo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

func TestPrintedClientHidesTheCredential(t *testing.T) {
	t.Parallel()
	c := NewWithCredential(authcfg.Credential{Secret: "s3cret-session", APIURL: authcfg.DefaultAPIURL}, Options{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(verb, c); strings.Contains(got, "s3cret") {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
