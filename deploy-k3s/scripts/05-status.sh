#!/usr/bin/env bash
# Shows how honeyDue stands, and changes nothing. 0 if every deployment has all its pods, somebody leads
# and nothing is dead; else it says what to look at.
#
#   05-status.sh [--dry-run]     (the same either way)
. "$(dirname "$0")/lib.sh"

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) ;;
    --help) help_of "$0" && exit ;;
    *) die "05-status.sh knows no $1" "see 05-status.sh --help" ;;
  esac
  shift
done
needs kubectl
wrong=''
amiss() {
  wrong=1
  say "✗ $1"
  say "  Next: $2"
}
inside() { k exec deployment/worker -- /usr/bin/honeydue "$@"; }

step "Nodes" "kubectl config current-context: is it the right cluster, and is it up?"
kubectl get nodes -L honeydue/redis
step "Pods" "kubectl config current-context: is it the right cluster?"
k get deployments,horizontalpodautoscalers,poddisruptionbudgets
k get pods -o wide
while read -r name wanted ready; do
  [ "${ready:-0}" = "$wanted" ] || amiss "$name has ${ready:-0} of $wanted pods" "kubectl -n $namespace describe deployment/$name"
done < <(k get deployments -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.replicas} {.status.readyReplicas}{"\n"}{end}')

say "▸ What honeyDue says"
# 3 is honeydue's word for nobody; any other failure says nothing about who leads.
leads() {
  local code=0
  inside leader status || code=$?
  case $code in
    0) ;;
    3) amiss "nobody leads" "kubectl -n $namespace logs deployment/scheduler --tail=50" ;;
    *) amiss "who leads can't be asked" "kubectl -n $namespace get pods; kubectl -n $namespace logs deployment/redis --tail=50" ;;
  esac
}
leads
inside queue ls || amiss "the queues can't be read" "kubectl -n $namespace logs deployment/redis --tail=50"
dead=$(inside job ls --state dead -o json) || amiss "the dead can't be listed" "kubectl -n $namespace logs deployment/redis --tail=50"
[[ $dead != *'"id"'* ]] || amiss "there are dead jobs" "honeydue job ls --state dead"
inside schedule ticks sweep --limit 5 || amiss "the ticks can't be read" "kubectl -n $namespace logs deployment/scheduler --tail=50"
inside doctor --no-probe || amiss "the doctor finds something critical" "do what stands after the arrow below it"
say "▸ What Kubernetes complains of"
k get events --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 10
[ -z "$wrong" ] || { trap - ERR && exit 1; }
say "✓ Everything stands."
