#!/usr/bin/env bash
# Waits until a Job has ended, for SECONDS at most: 0 if it ended well. `kubectl wait` knows one condition
# at a time, and would wait for a failed Job until the end.
#
#   wait-for-job.sh NAMESPACE JOB SECONDS
set -euo pipefail
conditions='{range .status.conditions[?(@.status=="True")]}{.type} {end}'
until [ $SECONDS -ge "$3" ]; do
  ended=$(kubectl --namespace "$1" get job "$2" -o "jsonpath=$conditions")
  case " $ended " in
    *" Complete "*) exit 0 ;;
    *" Failed "*) break ;;
  esac
  sleep "${WAIT:-2}"
done
kubectl --namespace "$1" logs "job/$2" --tail=20 >&2 || true
exit 1
