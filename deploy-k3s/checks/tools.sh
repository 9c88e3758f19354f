#!/bin/sh
# Gets what `make check-deploy` needs besides Rust, where it is missing, into .deps/deploy: shellcheck, promtool,
# Debian's old kubectl, and kubernetes-validate with its schemas. That needs no root; apt must be there, and
# Python, which `make deps` has got. What only root has a use for, buildah and debootstrap, root installs.
set -eu
cd "$(dirname "$0")/../.."
deps=$PWD/.deps/deploy
mkdir -p "$deps"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT TERM

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

# The system's, or the one that `make deps` unpacked where there is no root.
find_python() {
  libraries=
  python=$(command -v python3) && return
  python=$PWD/.deps/usr/bin/python3
  for dir in usr/lib lib; do
    for machine in x86_64 aarch64; do libraries=$libraries$PWD/.deps/$dir/$machine-linux-gnu:; done
  done
}
run_python() { env ${libraries:+LD_LIBRARY_PATH="${libraries%:}"} "$python" "$@"; }

# By Debian's pip, run as it is packed: so it needs neither pip nor venv here. That takes the index of Python's
# packages. Where no answer comes from there pip knows no version at all, and run.sh does without.
get_validate() {
  echo "  Installing kubernetes-validate …"
  ls "$deps"/pip/usr/share/python-wheels/pip-*.whl >/dev/null 2>&1 || unpack python3-pip-whl pip
  rm -rf "$deps/python"
  if ! run_python "$(echo "$deps"/pip/usr/share/python-wheels/pip-*.whl)/pip" install -q --no-input \
    --retries 2 --timeout 15 --target "$deps/python" kubernetes-validate==1.37.0 >"$said" 2>&1; then
    rm -rf "$deps/python"
    grep -q 'from versions: none' "$said" && echo "  The index of Python's packages is out of reach." && return
    tail -n 15 "$said" >&2
    exit 1
  fi
  printf '#!/bin/sh\nexec env LD_LIBRARY_PATH="%s" PYTHONPATH="%s" "%s" -m kubernetes_validate "$@"\n' \
    "${libraries%:}" "$deps/python" "$python" >"$deps/kubernetes-validate"
  chmod +x "$deps/kubernetes-validate"
}

if [ "$(id -u)" = 0 ]; then
  command -v buildah >/dev/null || install buildah
  command -v debootstrap >/dev/null || install debootstrap
fi
[ -x "$deps/kubectl/usr/bin/kubectl" ] || unpack kubernetes-client kubectl
command -v shellcheck >/dev/null || [ -x "$deps/shellcheck/usr/bin/shellcheck" ] || unpack shellcheck shellcheck
[ -x "$deps/prometheus/usr/bin/promtool" ] || unpack prometheus prometheus
find_python
[ -x "$deps/kubernetes-validate" ] || get_validate
rm -rf "$deps/apt" "$deps/updated"
