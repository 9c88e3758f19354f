#!/bin/sh
# Builds the image by the real Dockerfile without a registry, and looks into it. In the place of what is
# pulled stand a Debian made by debootstrap and the programs that cargo has built here; so all is tried
# but the compiling. Where a machine can't do that it says why, and ends with 77; any other failure is one.
set -eu
cd "$(dirname "$0")/../.."
name=localhost/honeydue-check
cannot() { echo "  $*: the image is not built" && exit 77; }
[ "$(id -u)" = 0 ] || cannot "Only root can build one, and this is not root"
[ "$(uname -m)" = x86_64 ] || cannot "It is an image for x86_64, and this is $(uname -m)"
for program in buildah debootstrap; do
  command -v $program >/dev/null || cannot "There is no $program here"
done
scratch=$(mktemp -d)
# Storage of its own, so that nothing is left behind in the system's; of the kind that any file system bears.
buildah() { command buildah --root "$scratch/store" --runroot "$scratch/run" --storage-driver vfs "$@"; }
tidy() {
  buildah umount --all >/dev/null 2>&1 || :
  buildah rm --all >/dev/null 2>&1 || :
  rm -rf "$scratch"
  [ -z "$root" ] || rmdir "$root"
}
root=
trap tidy EXIT
trap 'exit 130' INT TERM
fail() { echo "the image: $*" >&2 && exit 1; }

# buildah, and what is done below, begins by making every mount its own, from / on. In a chroot / is no mount,
# and the kernel refuses; so there all of this is done once more, in a / that has been made one.
again() {
  [ "${1:-}" != again ] || fail "/ was made a mount, and is none"
  root=$(mktemp -d)
  own="unshare --mount --propagation unchanged"
  # First with a directory that has nothing in it but a mark: what is mounted must be seen by nobody else.
  touch "$scratch/mark"
  $own mount --bind "$scratch" "$root" 2>/dev/null || cannot "This machine lets nobody mount anything"
  if [ -e "$root/mark" ]; then
    umount "$root"
    cannot "What is mounted here is mounted for all of the machine"
  fi
  status=0
  # shellcheck disable=SC2016 # for the shell inside
  $own sh -c 'mount --rbind / "$1" && exec chroot "$1" "$2" again' sh "$root" "$PWD/deploy-k3s/checks/image.sh" || status=$?
  exit $status
}
unshare --mount true 2>/dev/null || again "$@"

# made NAME DIR: an image with what is in a directory.
made() {
  container=$(buildah from scratch) &&
    buildah copy -q "$container" "$2" / >/dev/null &&
    buildah commit -q "$container" "$1" >/dev/null &&
    buildah rm "$container" >/dev/null
}

mkdir -p "$scratch/binaries/out"
# The least there is to build: a machine that can't do this can't do the rest, whatever is in the Dockerfile.
made "$name-least" "$scratch/binaries" >"$scratch/log" 2>&1 ||
  cannot "buildah can't write a layer on this machine ($(tail -n 1 "$scratch/log"))"

system=$PWD/.deps/deploy/system
if [ ! -e "$system/usr/share/zoneinfo/UTC" ]; then
  echo "  Making a Debian …"
  debootstrap --variant=minbase --include=ca-certificates,tzdata bookworm "$system" >"$scratch/log" 2>&1 ||
    { tail -n 5 "$scratch/log" >&2 && rm -rf "$system" && fail "debootstrap made no Debian"; }
fi
programs='honeydue honeydue-api honeydue-worker honeydue-scheduler'
for program in $programs; do cp "${CARGO_TARGET_DIR:-target}/debug/$program" "$scratch/binaries/out/"; done
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
