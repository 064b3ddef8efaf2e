# Build, install, demonstrate, test and release nrepo. CI runs `make check` and
# `make test` first.

PREFIX  ?= /usr/local
DESTDIR ?=
# The commands to install; CMDS="nrepo nrepo-login nrepo-search" installs three.
# nrepo-ideas includes all its commands, each of which is a link to it.
CMDS    ?= $(notdir $(wildcard cmd/*))
IDEAS   := $(shell sed -n 's/.*{Name: "\([a-z]*\)", Run: .*/nrepo-\1/p' cmd/nrepo-ideas/main.go)
LINKS    = $(strip $(filter $(IDEAS),$(CMDS)) $(if $(filter nrepo-ideas,$(CMDS)),$(IDEAS)))
PROGRAMS = $(sort $(filter-out $(IDEAS),$(CMDS)) $(if $(LINKS),nrepo-ideas))

# The name of a tag could contain shell commands, so only use it if it looks like a
# version.
IS_VERSION := grep -xE '[0-9A-Za-z.+-]+'
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null | $(IS_VERSION))
HASH := \#
LDFLAGS = -s -w $(if $(VERSION),-X "github.com/nrepo-cli/nrepo/internal/version.marker=@($(HASH))nrepo:version=$(VERSION);")
# No command uses HTTP/2. This tag of net/http leaves it out.
TAGS := nethttpomithttp2
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Installed, because go run would hide its exit code.
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

export CGO_ENABLED ?= 0

# A release has the version of its tag. Other commits have a pseudo-version, as in Go
# modules.
RELEASE := $(shell git describe --tags --exact-match 2>/dev/null | $(IS_VERSION) || \
	TZ=UTC0 git show -s --abbrev=12 --date=format-local:%Y%m%d%H%M%S --format=v0.0.0-%cd-%h 2>/dev/null)
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
MAINTAINER ?= nrepo authors <nrepo-cli@users.noreply.github.com>
# The newest nfpm whose modules all come from the module proxy.
NFPM := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
# Dates in the output are the date of the commit, so that builds are reproducible.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

# How long each fuzz target runs: a time such as 30s, or 1000x for as many runs.
FUZZTIME ?= 30s

.PHONY: build share install uninstall demo test bench fuzz check docs screenshot dist release-check version platforms clean

build:
	go build -trimpath -tags $(TAGS) -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...
	@bin/nrepo-ideas --install >/dev/null

# Manual pages and completions, generated from the output of the programs.
share: build
	rm -rf build/share
	go run ./internal/manpage/genman -version '$(VERSION)' $(addprefix -contract ,$(wildcard docs/plugin-contract.md))

# The completions work for all commands. They are installed with nrepo.
SHARED = $(if $(filter nrepo,$(CMDS)),$(SHARED_BY_ALL))
SHARED_BY_ALL := bash-completion/completions/nrepo zsh/site-functions/_nrepo \
	fish/vendor_completions.d/nrepo.fish $(if $(wildcard docs/plugin-contract.md),man/man7/nrepo-plugins.7)
MANUAL = $(patsubst %,man/man1/%.1,$(sort $(PROGRAMS) $(LINKS)))

install: share
	@for name in $(PROGRAMS); do \
		test -f "bin/$$name" || { echo "no program $$name; the programs are: $$(ls bin | xargs)" >&2; exit 1; }; done
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(PROGRAMS:%=bin/%) '$(DESTDIR)$(PREFIX)/bin/'
	@set -e; for name in $(sort $(LINKS)); do \
		echo "ln -s nrepo-ideas $$name"; ln -sf nrepo-ideas '$(DESTDIR)$(PREFIX)/bin/'"$$name"; done
	@set -e; for file in $(MANUAL) $(SHARED); do \
		install -d "$(DESTDIR)$(PREFIX)/share/$${file%/*}"; \
		echo "install -m 644 $$file"; \
		install -m 644 "build/share/$$file" "$(DESTDIR)$(PREFIX)/share/$$file"; done
	@$(if $(SHARED),echo 'zsh finds the completions with these lines in ~/.zshrc:'; \
		echo '  fpath=($(PREFIX)/share/zsh/site-functions $$fpath)'; echo '  autoload -U compinit && compinit')

uninstall:
	@set -e; cd '$(DESTDIR)$(PREFIX)/' && for file in $(patsubst %,bin/%,$(sort $(PROGRAMS) $(LINKS))) $(addprefix share/,$(MANUAL) $(SHARED)); do \
		echo "rm $$file"; rm -f "$$file"; done

# Show typical use on a private sandbox.
demo: build
	@PATH="$(CURDIR)/bin:$$PATH" nrepo-sandbox run --no-key -- sh examples/demo.sh

# -count=1: the end-to-end tests build programs, which the test cache cannot see.
# -timeout: on a slow machine, they take more than ten minutes with the race detector.
# They come first, because they take longer than all other packages together.
test:
	go test -count=1 -timeout 40m $(TESTFLAGS) ./e2e ./...

# Run every fuzz target, one after the other. Go stores an input that fails in
# testdata/fuzz beside the target, where it becomes a test.
fuzz:
	@set -e; grep -ro --include='*_test.go' '^func Fuzz[[:alnum:]_]*' cmd internal pkg | sort | while IFS=: read -r file func; do \
		echo "$${file%/*} $${func#func }"; \
		go test "./$${file%/*}" -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime '$(FUZZTIME)'; done

# Compare speed and size with the targets and with git and curl, and write
# docs/benchmarks.md. make bench ROUNDS=50 ONLY=start,list runs a part and writes
# nothing.
ROUNDS ?= 400
bench:
	go run ./bench -rounds $(ROUNDS) $(if $(ONLY),-only $(ONLY))

check: build/tools/govulncheck
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go mod tidy -diff
	go vet ./...
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	$(STATICCHECK) ./...
	packaging/vulncheck $<

# Write docs/commands.md from the output of --help. A test checks that it is up to date.
docs:
	go test -count=1 ./e2e -run TestCommandsPage -update

# Write docs/session.svg from the output of the demo. A test checks that it is up to
# date.
screenshot:
	go test -count=1 ./e2e -run 'TestSession$$' -update

# Write the release of this commit to dist/.
dist: VERSION = $(RELEASE)
dist: share build/tools/nfpm
	go run ./internal/dist -version '$(RELEASE)' -platforms '$(PLATFORMS)' -maintainer '$(MAINTAINER)'

build/tools/nfpm: Makefile
	GOBIN='$(CURDIR)/build/tools' go install $(NFPM)
	@touch $@
build/tools/govulncheck: Makefile
	GOBIN='$(CURDIR)/build/tools' go install $(GOVULNCHECK)
	@touch $@

release-check:
	packaging/release-check

version:
	@echo '$(RELEASE)'
platforms:
	@echo '$(PLATFORMS)'

clean:
	rm -rf bin build dist
