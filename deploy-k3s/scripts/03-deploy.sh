#!/usr/bin/env bash
# Builds, pushes, migrates, applies, waits, and sends a job through a real worker. Again does no harm: what
# is pushed is not built again, what is applied stays.
#
#   03-deploy.sh [--overlay NAME] [--tag TAG] [--dry-run]
#
#   --overlay  production (if not said) or single-node
#   --tag      one that was pushed before; else the commit's, built if it is not there yet
#   --dry-run  only say what would be done
#
# Which images, and under which name the API is reached, stand in deploy-k3s/deploy.env (see
# deploy.env.example). kubectl's current context says which cluster.
. "$(dirname "$0")/lib.sh"

overlay=production tag=''
while [ $# -gt 0 ]; do
  case $1 in
    --overlay) value "$@" && overlay=$2 && shift ;;
    --tag) value "$@" && tag=$2 && shift ;;
    --dry-run) dry_run=1 ;;
    --help) help_of "$0" && exit ;;
    *) die "03-deploy.sh knows no $1" "see 03-deploy.sh --help" ;;
  esac
  shift
done
[ -f "$home/overlays/$overlay/kustomization.yaml" ] || die "there is no overlay $overlay" "ls $home/overlays"
needs git docker kubectl
read_settings "${DEPLOY_ENV:-$home/deploy.env}" HONEYDUE_IMAGE WEB_IMAGE ADMIN_IMAGE API_HOST
[[ $HONEYDUE_IMAGE =~ ^[a-z0-9./:-]*[a-z0-9]$ && ${HONEYDUE_IMAGE##*/} != *:* ]] ||
  die "HONEYDUE_IMAGE must be a name without a tag" "correct it in deploy.env"
for image in WEB_IMAGE ADMIN_IMAGE; do
  [[ ${!image##*/} =~ ^[^:]+:[A-Za-z0-9_.-]+$ && ${!image} != *:latest ]] ||
    die "$image must be an image with the tag to run, and not latest" "correct it in deploy.env"
done

root=$(cd "$home/.." && pwd)
if [ -z "$tag" ]; then
  step "Naming what is to be deployed" "commit or stash, then run this again; or name a --tag"
  [ -n "$dry_run" ] || [ -z "$(git -C "$root" status --porcelain)" ] ||
    die "there are changes that no commit has, so no tag would say what runs" "commit or stash them, then run this again"
  tag=$(git -C "$root" rev-parse --short=12 HEAD)
  build=1
else
  build=''
fi
image=$HONEYDUE_IMAGE:$tag

step "Looking for $image" "docker login, then run this again"
if docker manifest inspect "$image" >/dev/null 2>&1; then
  # Nodes keep an image by its tag, so a tag that was pushed never means anything else.
  say "  it is there"
elif [ -n "$build" ]; then
  step "Building and pushing $image" "mend what docker says above, then run this again; nothing was deployed"
  run docker buildx build --platform linux/amd64 --push --tag "$image" \
    --build-arg "VERSION=$tag" --build-arg "REVISION=$(git -C "$root" rev-parse HEAD)" "$root"
else
  die "$image is not in the registry" "name a tag that was pushed, or none to build this commit"
fi

step "Rendering $overlay" "kubectl kustomize $home/overlays/$overlay"
manifests=$scratch/manifests.yaml
kubectl kustomize "$home/overlays/$overlay" 2>"$scratch/said" |
  sed -e "s|image: honeydue:unreleased|image: $image|" \
    -e "s|image: honeydue-web:unreleased|image: $WEB_IMAGE|" \
    -e "s|image: honeydue-admin:unreleased|image: $ADMIN_IMAGE|" >"$manifests"
if grep ':unreleased' "$manifests" >&2; then
  die "these images are not said in deploy.env" "make check-deploy"
fi

step "Looking for the secrets" "scripts/02-secrets.sh"
needed=(honeydue-secrets honeydue-migrate honeydue-redis registry-credentials honeydue-origin-cert)
# Without it vmagent does not start, where there is one.
if grep -q 'vmagent-token' "$manifests"; then needed+=(vmagent-token); fi
for secret in "${needed[@]}"; do
  [ -n "$dry_run" ] || k get secret "$secret" -o name >/dev/null
done

step "Migrating the schema, while the old code runs on" \
  "kubectl -n $namespace logs job/migrate --all-containers; nothing new was deployed"
# A Job can't be changed, only made anew.
run k delete job migrate --ignore-not-found --wait=true
run kubectl apply -f "$manifests" -l 'app.kubernetes.io/name in (network, migrate)'
run "$home/scripts/wait-for-job.sh" "$namespace" migrate 1900

step "Applying all of it" "read what kubectl says above; then run this again, or 04-rollback.sh"
run kubectl apply -f "$manifests"

for deployment in redis scheduler worker api web admin; do
  step "Waiting for $deployment" \
    "kubectl -n $namespace describe deployment/$deployment; the old pods run on. Go back with 04-rollback.sh"
  run k rollout status "deployment/$deployment" --timeout=360s
done

step "Sending a job through a worker" "scripts/05-status.sh; go back with 04-rollback.sh"
run "$home/scripts/smoke.sh" "$namespace" "$API_HOST"
[ -z "$dry_run" ] || { say "✓ Nothing was done." && exit; }
say "✓ $image runs."
