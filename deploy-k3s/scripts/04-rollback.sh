#!/usr/bin/env bash
# Goes back to a version that ran before. Again does no harm. The schema stays: a migration only adds what
# older code does not mind.
#
#   04-rollback.sh            the tags that ran, to choose from
#   04-rollback.sh TAG        back to this one
#   04-rollback.sh --dry-run TAG
. "$(dirname "$0")/lib.sh"

tag=''
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry_run=1 ;;
    --help) help_of "$0" && exit ;;
    -*) die "04-rollback.sh knows no $1" "see 04-rollback.sh --help" ;;
    *) tag=$1 ;;
  esac
  shift
done
needs kubectl
read_settings "${DEPLOY_ENV:-$home/deploy.env}" HONEYDUE_IMAGE WEB_IMAGE ADMIN_IMAGE API_HOST

# revisions DEPLOYMENT: number and image of each that is kept, the newest first.
revisions() {
  k get replicasets -l "app.kubernetes.io/name=$1" \
    -o 'jsonpath={range .items[*]}{.metadata.annotations.deployment\.kubernetes\.io/revision} {.spec.template.spec.containers[0].image}{"\n"}{end}' |
    sort -rn
}

if [ -z "$tag" ]; then
  step "Looking for what ran" "kubectl config current-context: is it the right cluster?"
  revisions api | sed 's/^[0-9]* .*:\(.*\)$/\1/' | awk '!seen[$0]++'
  exit
fi
for deployment in scheduler worker api; do
  step "Taking $deployment back to $tag" "scripts/05-status.sh; 03-deploy.sh --tag $tag does it from the manifests"
  kept=$(revisions "$deployment")
  revision=$(awk -v tag=":$tag" '$2 ~ tag"$" { print $1; exit }' <<<"$kept")
  [ -n "$revision" ] || die "no revision of $deployment with the tag $tag is kept" "03-deploy.sh --tag $tag"
  if [ "$(head -n 1 <<<"$kept")" = "$(grep "^$revision " <<<"$kept")" ]; then
    say "  it is there"
  else
    run k rollout undo "deployment/$deployment" --to-revision="$revision"
  fi
done
for deployment in scheduler worker api; do
  step "Waiting for $deployment" "kubectl -n $namespace describe deployment/$deployment"
  run k rollout status "deployment/$deployment" --timeout=360s
done
step "Sending a job through a worker" "scripts/05-status.sh"
run "$home/scripts/smoke.sh" "$namespace" "$API_HOST"
[ -z "$dry_run" ] || { say "✓ Nothing was done." && exit; }
say "✓ $tag runs again."
