#!/bin/sh
# Install a release of nrepo in a CI job, if its checksum is right:
#
#	NREPO_VERSION=v1.2.3 NREPO_CHECKSUMS="$lines" sh install.sh DIR
#
# NREPO_CHECKSUMS has the lines of the release's SHA256SUMS for the platforms of your
# jobs. Keep them in your repository, so that a job never installs anything else. The
# programs are installed in DIR/bin. This works on Linux and macOS, and needs tar, curl
# or wget, and sha256sum or shasum. If you have a mirror, set NREPO_RELEASES to its URL.
set -eu

fail() { echo "install nrepo: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

[ $# = 1 ] || fail "give one directory to install to"
case ${NREPO_VERSION:-} in
v[0-9]*) ;;
*) fail "NREPO_VERSION must be a release, such as v1.2.3" ;;
esac
case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
*) fail "there is no tar.gz archive for $(uname -s)" ;;
esac
case $(uname -m) in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) fail "there is no archive for $(uname -m)" ;;
esac
name=nrepo_${NREPO_VERSION#v}_${os}_$arch
want=$(printf '%s\n' "${NREPO_CHECKSUMS:-}" | awk -v "file=$name.tar.gz" '$2 == file { print $1; exit }')
[ -n "$want" ] || fail "NREPO_CHECKSUMS has no line for $name.tar.gz"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
url=${NREPO_RELEASES:-https://github.com/nrepo-cli/nrepo/releases/download}/$NREPO_VERSION/$name.tar.gz
if has curl; then
	curl --fail --silent --show-error --location --retry 3 --output "$work/archive" "$url"
else
	wget -q -O "$work/archive" "$url"
fi || fail "cannot download $url"
if has sha256sum; then sum=$(sha256sum "$work/archive"); else sum=$(shasum -a 256 "$work/archive"); fi
[ "${sum%% *}" = "$want" ] || fail "the checksum of $url is ${sum%% *}, not $want; nothing was installed"

tar -xzf "$work/archive" -C "$work"
mkdir -p "$1"
cp -RP "$work/$name/bin" "$work/$name/share" "$1"
echo "Installed nrepo $NREPO_VERSION in $1/bin"
