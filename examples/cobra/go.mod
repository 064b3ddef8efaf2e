module example.org/nrepo-who

go 1.26.0

require (
	github.com/nrepo-cli/nrepo v0.0.0
	github.com/spf13/cobra v1.10.2
)

require (
	github.com/cenkalti/backoff/v5 v5.0.3 // indirect
	github.com/clipperhouse/displaywidth v0.11.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/nrepo-cli/nrepo => ../..
