#!/usr/bin/env bash
# Whether a deployment works: the API answers, somebody leads, and a job goes through a real worker.
#
#   smoke.sh NAMESPACE [API_HOST]
set -euo pipefail
honeydue() { kubectl --namespace "$1" exec deployment/worker -- /usr/bin/honeydue "${@:2}"; }

kubectl get --raw "/api/v1/namespaces/$1/services/api:http/proxy/api/health/" >/dev/null
if [ -n "${2:-}" ]; then
  curl --fail --silent --show-error --max-time 10 "https://$2/api/health/" >/dev/null
fi
honeydue "$1" leader status >/dev/null

# What is done leaves nothing behind, so a job that can't be found any more was done.
id=$(honeydue "$1" job enqueue probe -o json | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p')
[ -n "$id" ] || { echo "the probe job has no id" >&2 && exit 1; }
for _ in $(seq 30); do
  code=0
  state=$(honeydue "$1" job show "$id" 2>&1) || code=$?
  case $code in
    3) exit 0 ;;
    0) ;;
    *) break ;;
  esac
  sleep "${WAIT:-1}"
done
printf 'The probe job %s did not get done:\n%s\n' "$id" "$state" >&2
exit 1
