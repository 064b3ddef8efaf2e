# nrepo: build, install, show, test. `make check` and `make test` are what CI runs.

PREFIX  ?= /usr/local
DESTDIR ?=
# What install takes; `make install CMDS="nrepo nrepo-login"` takes two.
CMDS    ?= $(notdir $(wildcard cmd/*))

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w $(if $(VERSION),-X github.com/nrepo-cli/nrepo/internal/version.override=$(VERSION))
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

export CGO_ENABLED ?= 0

.PHONY: build install demo test check docs clean

build:
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(CMDS:%=bin/%) '$(DESTDIR)$(PREFIX)/bin/'

# The main job on a private sandbox, as a person would type it.
demo: build
	@PATH="$(CURDIR)/bin:$$PATH" nrepo-sandbox run --no-key -- sh examples/demo.sh

# -count=1: the end-to-end tests build programs, which the test cache cannot see.
test:
	go test -count=1 $(TESTFLAGS) ./...

check:
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go mod tidy -diff
	go vet ./...
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	$(STATICCHECK) ./...

# docs/commands.md is what --help prints; a test compares.
docs:
	go test -count=1 ./e2e -run TestCommandsPage -update

clean:
	rm -rf bin dist
