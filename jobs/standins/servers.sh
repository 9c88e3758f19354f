#!/bin/sh
# Gets Redis and Postgres 15 where they are missing: by apt as root, else by unpacking their packages
# into .deps/, which needs no root. Nothing is started, and what is there is left alone.
set -eu
cd "$(dirname "$0")/../.."
deps=$PWD/.deps

have() {
  for program in "$deps"/usr/bin/"$1" "$deps"/usr/lib/postgresql/*/bin/"$1" /usr/lib/postgresql/*/bin/"$1"; do
    [ -x "$program" ] && return 0
  done
  command -v "$1" >/dev/null 2>&1
}
complete() { have redis-server && have initdb && have postgres && have psql; }
complete && exit 0

as_root() {
  echo "Installing Redis and Postgres by apt …"
  # Their services must not start: tests and demo run servers of their own.
  policy=/usr/sbin/policy-rc.d
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; trap 'rm -f $policy' EXIT; }
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends redis-server postgresql >/dev/null
}

# What the servers link against that a bare Debian may not have.
packages="redis-server redis-tools postgresql-15 postgresql-client-15 libpq5 libatomic1 libjemalloc2 liblua5.1-0
  lua-cjson lua-bitop liblzf1 libhiredis0.14 libsystemd0 libicu72 libxml2 libxslt1.1 libllvm14 libldap-2.5-0
  libsasl2-2 libsasl2-modules-db libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1 libcom-err2
  libssl3 libz3-4 libedit2 libbsd0 libmd0 libreadline8 libcurl4 util-linux"

without_root() {
  echo "Unpacking Redis and Postgres into .deps (no root needed) …"
  state=$deps/apt
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
  options="-o Dir::State=$state -o Dir::State::Lists=$state/lists -o Dir::State::status=/var/lib/dpkg/status
    -o Dir::Cache=$state/cache -o APT::Sandbox::User=$(id -un)"
  # shellcheck disable=SC2086 # a list of options
  apt-get $options update -q >/dev/null
  cd "$state/debs"
  for package in $packages; do
    # shellcheck disable=SC2086
    apt-get $options download -q "$package" >/dev/null 2>&1 || echo "  $package is not to be had; going on without it"
  done
  for deb in *.deb; do dpkg -x "$deb" "$deps"; done
  cd - >/dev/null
  rm -rf "$state"
}

if [ "$(id -u)" = 0 ]; then as_root; else without_root; fi
complete || { echo "Redis or Postgres is still missing; install redis-server and postgresql by hand" >&2; exit 1; }
echo "Redis and Postgres are there."
