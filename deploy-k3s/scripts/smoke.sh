#!/usr/bin/env bash
# Whether a deployment works: the API answers, the doctor finds nothing critical, and a probe job of his has
# gone through a real worker.
#
#   smoke.sh NAMESPACE [API_HOST]
set -euo pipefail

kubectl get --raw "/api/v1/namespaces/$1/services/api:http/proxy/api/health/" >/dev/null
if [ -n "${2:-}" ]; then
  curl --fail --silent --show-error --max-time 10 "https://$2/api/health/" >/dev/null
fi
# Right after a roll-out a leader may be on its way, or a worker busy: he is believed the third time.
for _ in 1 2 3; do
  if told=$(kubectl --namespace "$1" exec deployment/worker -- /usr/bin/honeydue doctor -o jsonl 2>&1); then
    [[ $told != *'"check":"probe","level":"ok"'* ]] || exit 0
  fi
  sleep "${WAIT:-5}"
done
printf 'The doctor is not content:\n' >&2
grep -v '"level":"ok"' <<<"$told" >&2 || true
exit 1
