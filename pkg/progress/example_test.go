package progress_test

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// Long work counts its steps. In this test, stderr is not a terminal, so nothing is shown.
func Example() {
	bar := progress.New(os.Stderr, progress.Options{What: "importing", Total: 3})
	defer bar.Done()
	for range 3 {
		bar.Add(1)
	}
	// Output:
}
