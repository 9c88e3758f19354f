#!/bin/sh
# Checks deploy-k3s with everything that needs more than Rust; `make check-deploy` calls it.
set -eu
cd "$(dirname "$0")/../.."
deps=.deps/deploy
PATH=$PATH:$PWD/$deps/shellcheck/usr/bin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "▸ The scripts, by shellcheck"
shellcheck -x -P SCRIPTDIR deploy-k3s/scripts/[!l]*.sh deploy-k3s/checks/*.sh

echo "▸ The manifests, by the schemas of Kubernetes 1.34"
# The oldest that must understand us, and whichever is here besides.
old=$deps/kubectl/usr/bin/kubectl
validate() { $deps/python/bin/kubernetes-validate -k 1.34 --strict --quiet --no-warn "$@"; }
for overlay in production single-node; do
  for kubectl in $old kubectl; do
    [ "$kubectl" = $old ] || command -v "$kubectl" >/dev/null || continue
    "$kubectl" kustomize deploy-k3s/overlays/$overlay >"$scratch/$overlay.yaml" 2>"$scratch/said" ||
      { cat "$scratch/said" >&2 && exit 1; }
    validate "$scratch/$overlay.yaml"
  done
done
# It would be no check if it found nothing: a word that Kubernetes does not know must be refused.
sed 's/minAvailable/minAvailible/' "$scratch/production.yaml" >"$scratch/wrong.yaml"
if validate "$scratch/wrong.yaml" >/dev/null 2>&1; then
  echo "kubernetes-validate took minAvailible for a word" >&2
  exit 1
fi

echo "▸ The image"
deploy-k3s/checks/image.sh

echo "▸ What kubectl makes of the overlays, and all that Rust checks"
cargo test -q -p deploy
