#!/bin/sh
# Checks deploy-k3s with everything that needs more than Rust; `make check-deploy` calls it. What this
# machine can't do is left out, and said at the end; all else must be right.
set -eu
cd "$(dirname "$0")/../.."
deps=.deps/deploy
PATH=$PATH:$PWD/$deps/shellcheck/usr/bin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
left_out=

echo "▸ The scripts, by shellcheck"
shellcheck -x -P SCRIPTDIR deploy-k3s/scripts/[!l]*.sh deploy-k3s/checks/*.sh

echo "▸ The alerts, by promtool"
$deps/prometheus/usr/bin/promtool check rules deploy-k3s/alerts/honeydue.yaml
$deps/prometheus/usr/bin/promtool test rules deploy-k3s/alerts/tests.yaml

echo "▸ The manifests, by the schemas of Kubernetes 1.34"
# The oldest that must understand us, and whichever is here besides.
old=$deps/kubectl/usr/bin/kubectl
validate() { $deps/kubernetes-validate -k 1.34 --strict --quiet --no-warn "$@"; }
for overlay in production single-node; do
  for kubectl in $old kubectl; do
    [ "$kubectl" = $old ] || command -v "$kubectl" >/dev/null || continue
    "$kubectl" kustomize deploy-k3s/overlays/$overlay >"$scratch/$overlay.yaml" 2>"$scratch/said" ||
      { cat "$scratch/said" >&2 && exit 1; }
    [ ! -x $deps/kubernetes-validate ] || validate "$scratch/$overlay.yaml"
  done
done
if [ -x $deps/kubernetes-validate ]; then
  # It would be no check if it found nothing: a word that Kubernetes does not know must be refused.
  sed 's/minAvailable/minAvailible/' "$scratch/production.yaml" >"$scratch/wrong.yaml"
  if validate "$scratch/wrong.yaml" >/dev/null 2>&1; then
    echo "kubernetes-validate took minAvailible for a word" >&2
    exit 1
  fi
else
  left_out="$left_out the schemas, for kubernetes-validate could not be had;"
fi

echo "▸ What kubectl makes of the overlays, and all that Rust checks"
cargo build --workspace --all-targets
# By their names in the workspace: for the package alone half of it would be compiled anew.
tests=$(cd deploy-k3s/checks/tests && printf '%s\n' ./*.rs ./*/main.rs | sed 's|^\./|--test |; s|/main\.rs$||; s|\.rs$||')
# shellcheck disable=SC2086 # a list of tests
cargo test -q --workspace $tests

echo "▸ The image"
deploy-k3s/checks/image.sh || {
  [ $? = 77 ] || exit 1
  left_out="$left_out the image, as said above;"
}
[ -z "$left_out" ] || echo "▸ Not checked on this machine:${left_out%;}."
