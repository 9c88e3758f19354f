#!/bin/sh
# Gets what `make check-deploy` needs besides Rust, where it is missing, into .deps/deploy: shellcheck,
# Debian's old kubectl, and kubernetes-validate with its schemas. That needs no root; apt must be there,
# and a Python with venv. What only root has a use for, buildah and debootstrap, root installs.
set -eu
cd "$(dirname "$0")/../.."
deps=$PWD/.deps/deploy
mkdir -p "$deps"

# The package's files, without what it depends on: these are programs by themselves. apt keeps a state of
# its own for it, so that this needs no root, and no list that somebody fetched before.
unpack() {
  echo "  Unpacking $1 …"
  state=$deps/apt
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  options="-q -o Dir::State=$state -o Dir::State::Lists=$state/lists -o Dir::State::status=/var/lib/dpkg/status
    -o Dir::Cache=$state/cache -o Debug::NoLocking=1 -o APT::Sandbox::User="
  # shellcheck disable=SC2086 # a list of options
  [ -e "$state/fetched" ] || apt-get $options update >/dev/null
  touch "$state/fetched"
  # shellcheck disable=SC2086
  (cd "$state" && apt-get $options download "$1" >/dev/null && dpkg -x "$1"_*.deb "$deps/$2")
}
# Into the system, as root may.
install() {
  echo "  Installing $1 …"
  [ -e "$deps/updated" ] || apt-get -q update >/dev/null
  touch "$deps/updated"
  DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$1" >/dev/null
}
if [ "$(id -u)" = 0 ]; then
  command -v buildah >/dev/null || install buildah
  command -v debootstrap >/dev/null || install debootstrap
  python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
fi
[ -x "$deps/kubectl/usr/bin/kubectl" ] || unpack kubernetes-client kubectl
command -v shellcheck >/dev/null || [ -x "$deps/shellcheck/usr/bin/shellcheck" ] || unpack shellcheck shellcheck
if [ ! -x "$deps/python/bin/kubernetes-validate" ]; then
  echo "  Installing kubernetes-validate …"
  python3 -c 'import ensurepip' || { echo "python3 has no venv here: install python3-venv" >&2 && exit 1; }
  python3 -m venv "$deps/python"
  "$deps/python/bin/pip" install -q kubernetes-validate==1.37.0
fi
rm -rf "$deps/apt" "$deps/updated"
