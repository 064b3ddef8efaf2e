# shellcheck shell=sh
#
# Show typical use. `make demo` runs this with the built programs first on PATH, under
# `nrepo sandbox run`, which provides a server and a key.
set -eu

cd "$(dirname "$0")/.."
HOME=$(mktemp -d)
trap 'rm -rf "$HOME"' EXIT
mkdir -p "$HOME/.local/bin"
PATH=$PATH:$HOME/.local/bin
# shellcheck disable=SC2034 # a shown command uses it
KEY=$NEURALREPO_SANDBOX_KEY
unset NEURALREPO_SANDBOX_KEY CI # with CI set, login would not open a browser
export HOME PATH

show() {
	printf '$ %s\n' "$1"
	eval "$1" 2>&1
	echo
}

show 'NEURALREPO_BROWSER="nrepo-sandbox approve" nrepo login'
show 'nrepo push "Solar-powered bus stops" --tag energy'
show 'nrepo push "Wind turbines on masts" --tag energy'
show 'nrepo push "Sun on the roofs of bus stops"'
show 'nrepo log'
show 'nrepo search wind'
show 'nrepo edit 2 --body "Each mast has one already." --status exploring'
show 'nrepo link 2 1 --type inspires'
show 'nrepo graph 1'
show 'nrepo merge 1 3'
show 'nrepo show 2'
show 'nrepo rm 2'
show 'nrepo key create github-actions'
show 'cp examples/shell/nrepo-note ~/.local/bin/'
show 'echo "Ask the bus company for its routes" | nrepo note "Bus stops: next step"'
show 'nrepo logout'
show 'echo "$KEY" | nrepo login --api-key'
