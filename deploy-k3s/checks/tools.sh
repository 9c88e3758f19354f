#!/bin/sh
# Gets what `make check-deploy` needs besides Rust, where it is missing, into .deps/deploy: shellcheck,
# Debian's old kubectl, and kubernetes-validate with its schemas. Nothing is installed into the system,
# so it needs no root; a Python with venv and apt must be there.
set -eu
cd "$(dirname "$0")/../.."
deps=$PWD/.deps/deploy
mkdir -p "$deps"

# The package's files, without what it depends on: these two are programs by themselves, or nearly so.
unpack() {
  echo "  Unpacking $1 …"
  (cd "$deps" && apt-get -q -o APT::Sandbox::User= download "$1" >/dev/null && dpkg -x "$1"_*.deb "$2" && rm "$1"_*.deb)
}
[ -x "$deps/kubectl/usr/bin/kubectl" ] || unpack kubernetes-client kubectl
command -v shellcheck >/dev/null || [ -x "$deps/shellcheck/usr/bin/shellcheck" ] || unpack shellcheck shellcheck
if [ ! -x "$deps/python/bin/kubernetes-validate" ]; then
  echo "  Installing kubernetes-validate …"
  python3 -m venv "$deps/python"
  "$deps/python/bin/pip" install -q kubernetes-validate==1.37.0
fi
