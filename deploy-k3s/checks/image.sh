#!/bin/sh
# Builds the image by the real Dockerfile without a registry, and looks into it. In the place of what is
# pulled stand a Debian made by debootstrap and the programs that cargo has built here; so all is tried
# but the compiling. Needs root, buildah and debootstrap; without them it says so, and is content.
set -eu
cd "$(dirname "$0")/../.."
name=localhost/honeydue-check
for program in buildah debootstrap unshare; do
  command -v $program >/dev/null || { echo "  no $program here: the image is not built" && exit 0; }
done
if [ "$(id -u)" != 0 ] || [ "$(uname -m)" != x86_64 ]; then
  echo "  not root on x86_64 here: the image is not built" && exit 0
fi
scratch=$(mktemp -d)
# A store of its own, so that nothing is left behind in the system's.
buildah() { command buildah --root "$scratch/store" --runroot "$scratch/run" "$@"; }
tidy() {
  buildah umount --all >/dev/null 2>&1 || :
  buildah rm --all >/dev/null 2>&1 || :
  rm -rf "$scratch"
}
trap tidy EXIT
trap 'exit 130' INT TERM
fail() { echo "the image: $*" >&2 && exit 1; }

# made NAME DIR: an image with what is in a directory.
made() {
  container=$(buildah from scratch)
  buildah copy -q "$container" "$2" / >/dev/null
  buildah commit -q "$container" "$1" >/dev/null
  buildah rm "$container" >/dev/null
}

system=$PWD/.deps/deploy/system
if [ ! -e "$system/usr/share/zoneinfo/UTC" ]; then
  echo "  Making a Debian …"
  debootstrap --variant=minbase --include=ca-certificates,tzdata bookworm "$system" >"$scratch/log" 2>&1 ||
    { tail -n 5 "$scratch/log" >&2 && rm -rf "$system" && fail "debootstrap made no Debian"; }
fi
binaries=${CARGO_TARGET_DIR:-target}/debug
mkdir -p "$scratch/binaries/out"
programs='honeydue honeydue-api honeydue-worker honeydue-scheduler'
# The packages that the Dockerfile names, as this machine compiles them.
# shellcheck disable=SC2046 # a list of flags
cargo build --quiet --locked $(grep -o -e '--package [a-z-]*' Dockerfile)
for program in $programs; do cp "$binaries/$program" "$scratch/binaries/out/"; done
echo "  Building …"
made "$name-system" "$system"
made "$name-binaries" "$scratch/binaries"
buildah build --quiet --pull=never --tag "$name" --build-arg "BUILDER=$name-system" \
  --build-arg "SYSTEM=$name-system" --build-arg "BINARIES=$name-binaries" \
  --build-arg VERSION=check --build-arg REVISION=0123456789ab . >"$scratch/log" 2>&1 ||
  { tail -n 20 "$scratch/log" >&2 && fail "buildah could not build it"; }

told=$(buildah inspect --type image --format '{{.OCIv1.Config.User}} {{index .OCIv1.Config.Labels "org.opencontainers.image.version"}} {{index .OCIv1.Config.Labels "org.opencontainers.image.revision"}} {{.OCIv1.Architecture}}' "$name")
[ "$told" = "1000:1000 check 0123456789ab amd64" ] || fail "it says of itself: $told"
buildah from --name "$name-tree" "$name" >/dev/null
tree=$(buildah mount "$name-tree")
[ -z "$(find "$tree" -name '*sh' -type f -perm -100)" ] || fail "there is a shell in it"
grep -q 'BEGIN CERTIFICATE' "$tree/etc/ssl/certs/ca-certificates.crt" || fail "it believes nobody"
[ -s "$tree/usr/share/zoneinfo/Europe/Berlin" ] || fail "it knows no zones"
# As Kubernetes runs it: not root, and nothing of it can be written.
cat >"$scratch/inside" <<'END'
set -eu
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
if touch "$1/written" 2>/dev/null; then exit 1; fi
exec chroot --userspec=1000:1000 "$1" "/usr/bin/$2" --version
END
for program in $programs; do
  said=$(unshare --mount sh "$scratch/inside" "$tree" "$program") || fail "$program does not run in it"
  echo "  $said"
done
