module github.com/nrepo-cli/nrepo

go 1.26
