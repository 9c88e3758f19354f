#!/bin/sh
# Gets the programs that tests and demo run as the outside world, where they are missing: Redis,
# Postgres, and aiosmtpd (a mail server that we did not write). As root by apt; otherwise by unpacking
# the same packages into .deps/, which needs no root. Nothing is started, and what is there is left alone.
# Told `peers`, it also gets Node, whose HTTP/2 takes our pushes, and Postfix.
set -eu
cd "$(dirname "$0")/../.."
deps=$PWD/.deps
peers=${1:-}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

libraries() {
  for dir in usr/lib lib; do
    for machine in x86_64 aarch64; do printf '%s:' "$deps/$dir/$machine-linux-gnu"; done
  done
}
unpacked() { LD_LIBRARY_PATH=$(libraries) "$@" >/dev/null 2>&1; }

# To be there is not enough: a program of another system's libraries does not run.
runs() {
  for program in "$deps"/usr/bin/"$1" "$deps"/usr/lib/postgresql/*/bin/"$1"; do
    [ -x "$program" ] && unpacked "$program" --version && return 0
  done
  for program in "$(command -v "$1" || :)" /usr/lib/postgresql/*/bin/"$1"; do
    [ -x "$program" ] && "$program" --version >/dev/null 2>&1 && return 0
  done
  return 1
}
# By a Python that was unpacked along with it, or by the system's, if that was here and only aiosmtpd was not.
imports_aiosmtpd() {
  packages=PYTHONPATH=$deps/usr/lib/python3/dist-packages
  unpacked env "$packages" "$deps/usr/bin/python3" -c 'import aiosmtpd.smtp' ||
    env "$packages" /usr/bin/python3 -c 'import aiosmtpd.smtp' >/dev/null 2>&1
}
missing() {
  runs redis-server || echo redis-server
  { runs postgres && runs initdb && runs psql; } || echo postgresql
  imports_aiosmtpd || echo python3-aiosmtpd
  [ "$peers" != peers ] || runs node || echo nodejs
  [ "$peers" != peers ] || [ -x /usr/sbin/postfix ] || echo postfix
}

# Says what it does, and shows what came of it only if it failed.
step() {
  echo "  $1 …"
  shift
  "$@" >>"$log" 2>&1 </dev/null && return 0
  tail -n 15 "$log" >&2
  echo "make deps: this failed: $*" >&2
  echo "Without it, install by hand: $wanted" >&2
  exit 1
}

# The packages' services must not start, nor a Postgres of the system's own be made.
install_by_apt() {
  policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.conf made=
  trap 'rm -f "$log" $made' EXIT
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    made=$policy
  fi
  if [ ! -e $cluster ]; then
    mkdir -p "${cluster%/*}"
    echo 'create_main_cluster = false' >$cluster
    made="$made $cluster"
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Each test makes a configuration of its own; the machine's mail is left alone.
  case $wanted in
    *postfix*) echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections ;;
  esac
  step "Asking what packages there are" apt-get -q update
  # shellcheck disable=SC2086 # a list of packages
  step "Installing" apt-get -q -y install --no-install-recommends $wanted
}

# apt says what this system lacks for them; a state of its own lets it do so for anybody.
unpack() {
  state=$deps/apt
  rm -rf "$state"
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
  options="-q -o Dir::State=$state -o Dir::State::Lists=$state/lists -o Dir::State::status=/var/lib/dpkg/status
    -o Dir::Cache=$state/cache -o Debug::NoLocking=1 -o APT::Sandbox::User="
  # shellcheck disable=SC2086 # a list of options
  step "Asking what packages there are" apt-get $options update
  # shellcheck disable=SC2086 # lists of options and of packages
  step "Asking which of them are needed" apt-get $options -s install --no-install-recommends $wanted
  # Not the C library: with another one nothing runs that is not of the same build.
  packages=$(sed -n '/^Inst libc6 /d; s/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p' "$log")
  cd "$state/debs"
  # shellcheck disable=SC2086
  step "Downloading $(echo "$packages" | wc -l) packages" apt-get $options download $packages
  cd - >/dev/null
  for deb in "$state"/debs/*.deb; do dpkg -x "$deb" "$deps"; done
  rm -rf "$state"
}

wanted=$(missing | tr '\n' ' ')
[ -n "$wanted" ] || exit 0
case $wanted in
  *nodejs* | *postfix*)
    # Debian's find parts of themselves only where their packages put them.
    [ "$(id -u)" = 0 ] || { echo "make peers: this can't be unpacked without root: $wanted" >&2; exit 1; }
    ;;
esac
if [ "$(id -u)" = 0 ]; then
  echo "Installing by apt: $wanted"
  install_by_apt
else
  echo "Unpacking into .deps, for there is no root here: $wanted"
  unpack
fi
left=$(missing | tr '\n' ' ')
[ -z "$left" ] && echo "Everything is there." && exit 0
echo "make deps: they were fetched, but do not run here: $left" >&2
exit 1
