#!/bin/sh
# Stands in for every program that the scripts call: notes how it was called, answers what they read, and
# fails when $FAIL says so. The tests link it under the names of those programs.

# lines TEXT MANY: one after the other, so that who stops reading at some line ends this like a program.
lines() { for _ in $(seq "$2"); do echo "$1" && sleep 0.01; done; }

called="$(basename "$0") $*"
echo "$called" >>"$CALLS"
[ -z "$FAIL" ] || case $called in *"$FAIL"*) echo "asked to fail" >&2 && exit "${CODE:-1}" ;; esac
case $called in
  "id -u") echo 0 ;;
  "git "*" status --porcelain") printf '%s' "$CHANGES" ;;
  "git "*" ls-files "*) exit 1 ;;
  "git "*" rev-parse "*) echo 0123456789ab ;;
  "docker manifest inspect "*) exit "${PUSHED:-1}" ;;
  "kubectl kustomize "*) echo "${RENDERED:-image: honeydue:unreleased}" ;;
  *" get job migrate "*) echo "${JOB:-Complete}" ;;
  *" doctor -o jsonl") echo "{\"check\":\"probe\",\"level\":\"${PROBE:-ok}\"}" ;;
  *" job ls --state dead -o json") echo "[${DEAD:-}]" ;;
  *" get replicasets "*) printf '%s\n' "3 r/honeydue:new" "2 r/honeydue:old" "1 r/honeydue:older" ;;
  *" get deployments -o jsonpath"*) printf '%s\n' "api 3 ${READY:-3}" "worker 2 2" ;;
  *" schedule ticks sweep --limit "*) lines "sweep@…" "${called##* }" ;;
  *" schedule ticks sweep") lines "sweep@…" 50 ;;
  "k3s --version") lines "k3s version ${K3S:-v1.34.6+k3s1} (abc)" 1 && lines "go version go1.24.9" 1 ;;
  "ip "*" to 10."*) echo "3: enp7s0    inet $5/32 brd $5 scope global enp7s0" ;;
  "kubectl apply --server-side "*) for last; do :; done && cat "$last" >>"$APPLIED" ;;
esac
exit 0
