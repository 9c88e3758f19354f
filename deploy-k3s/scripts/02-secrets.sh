#!/usr/bin/env bash
# Puts the secrets up, from a file that is never committed. Each value's form is looked at before any goes
# up; values are not printed, and stand in no command line.
#
#   02-secrets.sh [--env-file FILE] [--dry-run]
#
#   --env-file  where they stand; deploy-k3s/secrets.env if not said (see secrets.env.example)
#   --dry-run   check the file, and only say which secrets would be made
. "$(dirname "$0")/lib.sh"

env_file=$home/secrets.env
while [ $# -gt 0 ]; do
  case $1 in
    --env-file) value "$@" && env_file=$2 && shift ;;
    --dry-run) dry_run=1 ;;
    --help) help_of "$0" && exit ;;
    *) die "02-secrets.sh knows no $1" "see 02-secrets.sh --help" ;;
  esac
  shift
done

names=(DATABASE_URL MIGRATE_DATABASE_URL REDIS_PASSWORD SMTP_URL SECRET_KEY
  REGISTRY_SERVER REGISTRY_USER REGISTRY_PASSWORD
  ORIGIN_CERT_FILE ORIGIN_KEY_FILE REMOTE_WRITE_URL REMOTE_WRITE_TOKEN
  APNS_AUTH_KEY_FILE FCM_CREDENTIALS_FILE)
read_settings "$env_file" "${names[@]}"

# must NAME PATTERN WHAT
must() {
  [[ ${!1} =~ $2 ]] || die "$1 in $env_file $3" "correct it there; nothing was put up"
}
step "Checking $env_file" "correct it there; nothing was put up"
if [ -z "$dry_run" ]; then
  [ -n "$(find "$env_file" -perm 600)" ] || die "$env_file can be read by others" "chmod 600 $env_file"
  if git -C "$home" ls-files --error-unmatch "$env_file" >/dev/null 2>&1; then
    die "$env_file is in the repository" "take it out and change every secret in it: they are no secrets any more"
  fi
fi
postgres='^postgres(ql)?://[^:/@ ]+:[^@/ ]+@[^@/ ]+/[^@/ ?]+\?(.*&)?sslmode=(require|verify-ca|verify-full)(&|$)'
must DATABASE_URL "$postgres" "must read postgres://USER:PASSWORD@HOST/NAME?sslmode=require"
must MIGRATE_DATABASE_URL "$postgres" "must read postgres://USER:PASSWORD@HOST/NAME?sslmode=require"
# Pods are let out by no other port than these; what else is said would only be found out by pods that hang.
for url in DATABASE_URL MIGRATE_DATABASE_URL; do
  must "$url" '^[^@]+@[^:/]+(:5432)?/' \
    "must say port 5432, or none: no other is open; it stands in deploy-k3s/base/network, in api, migrate, scheduler and worker"
done
[[ ${MIGRATE_DATABASE_URL#*@} != *-pooler* ]] ||
  die "MIGRATE_DATABASE_URL in $env_file leads to the pooler" "take -pooler out of its host; a migration's lock needs a session of its own"
must REDIS_PASSWORD '^[A-Za-z0-9_-]{24,}$' "must be 24 letters, digits, _ or - at least (openssl rand -hex 24)"
must SMTP_URL '^smtp://[^:/@ ]+:[^@/ ]+@[^@:/ ]+:587/?$' \
  "must read smtp://USER:PASSWORD@HOST:587, with %40 for an @ in the user; the port stands in deploy-k3s/base/network/worker.yaml"
must SECRET_KEY '^[A-Za-z0-9_-]{32,}$' "must be 32 letters, digits, _ or - at least (openssl rand -hex 32)"
must REGISTRY_SERVER '^[A-Za-z0-9.:-]+$' "must be the registry's host"
must REGISTRY_USER '^[^ :]+$' "must be the registry's user"
must REGISTRY_PASSWORD '.' "is empty"
# Both or none: an overlay without vmagent has nothing to hand over.
must REMOTE_WRITE_URL '^(https://[^/@ ]+(/[^ ]*)?)?$' "must read https://HOST/api/v1/write"
must REMOTE_WRITE_URL '^(https://[^:/]+(:443)?(/.*)?)?$' \
  "must say port 443, or none: no other is open; it stands in deploy-k3s/vmagent/rest.yaml"
[ -z "$REMOTE_WRITE_URL" ] || must REMOTE_WRITE_TOKEN '^[^ ]+$' "is empty"
# Both or none: without them no push is sent.
[ -n "$APNS_AUTH_KEY_FILE" ] || must FCM_CREDENTIALS_FILE '^$' "is said without APNS_AUTH_KEY_FILE"
[ -n "$FCM_CREDENTIALS_FILE" ] || must APNS_AUTH_KEY_FILE '^$' "is said without FCM_CREDENTIALS_FILE"
for file in ORIGIN_CERT_FILE ORIGIN_KEY_FILE APNS_AUTH_KEY_FILE FCM_CREDENTIALS_FILE; do
  path=${!file}
  # Beside the file that names them, unless said from the root.
  [[ -z $path || $path = /* ]] || path=$(dirname "$env_file")/$path
  printf -v "$file" '%s' "$path"
done
for file in ORIGIN_CERT_FILE ORIGIN_KEY_FILE; do
  path=${!file}
  grep -q -e '-----BEGIN ' "$path" 2>/dev/null || die "$file in $env_file: $path is no PEM file" "download it from Cloudflare: SSL/TLS, Origin Server"
done

if [ -n "$APNS_AUTH_KEY_FILE" ]; then
  grep -q -e '-----BEGIN PRIVATE KEY-----' "$APNS_AUTH_KEY_FILE" 2>/dev/null ||
    die "APNS_AUTH_KEY_FILE in $env_file: $APNS_AUTH_KEY_FILE is no .p8 file" "download it from Apple's developer pages: Keys"
  grep -q '"service_account"' "$FCM_CREDENTIALS_FILE" 2>/dev/null ||
    die "FCM_CREDENTIALS_FILE in $env_file: $FCM_CREDENTIALS_FILE is no service account" "download its JSON key from Google's console"
fi

encoded() { printf '%s' "$1" | base64 | tr -d '\n'; }

# secret NAME TYPE KEY VALUE [KEY VALUE ...]
secret() {
  local name=$1 type=$2 keys=''
  shift 2
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\ntype: %s\ndata:\n' "$name" "$namespace" "$type"
    while [ $# -gt 0 ]; do
      printf '  %s: %s\n' "$1" "$(encoded "$2")"
      keys="$keys $1"
      shift 2
    done
  } >"$scratch/secret"
  if [ -n "$dry_run" ]; then
    printf 'would make secret %s:%s\n' "$name" "$keys"
  else
    # By the server: kubectl's own way would keep a copy of the values in an annotation.
    kubectl apply --server-side --force-conflicts -f "$scratch/secret"
  fi
}

needs base64
[ -n "$dry_run" ] || needs kubectl
step "Making the namespace" "kubectl config current-context: is it the right cluster, and is it up?"
run kubectl apply -f "$home/base/namespace.yaml"
step "Putting the secrets up" "run this again: what is there already stays as it is"
secret honeydue-secrets Opaque \
  DATABASE_URL "$DATABASE_URL" SMTP_URL "$SMTP_URL" SECRET_KEY "$SECRET_KEY" REDIS_URL "redis://:$REDIS_PASSWORD@redis:6379/0"
secret honeydue-migrate Opaque MIGRATE_DATABASE_URL "$MIGRATE_DATABASE_URL"
secret honeydue-redis Opaque REDIS_PASSWORD "$REDIS_PASSWORD" auth.conf "requirepass $REDIS_PASSWORD"
[ -z "$REMOTE_WRITE_URL" ] || secret vmagent-token Opaque \
  token "$REMOTE_WRITE_TOKEN" REMOTE_WRITE_URL "$REMOTE_WRITE_URL"
[ -z "$APNS_AUTH_KEY_FILE" ] || secret honeydue-push Opaque \
  apns_auth_key.p8 "$(cat "$APNS_AUTH_KEY_FILE")" fcm.json "$(cat "$FCM_CREDENTIALS_FILE")"
secret registry-credentials kubernetes.io/dockerconfigjson .dockerconfigjson \
  "{\"auths\":{\"$REGISTRY_SERVER\":{\"auth\":\"$(encoded "$REGISTRY_USER:$REGISTRY_PASSWORD")\"}}}"
secret honeydue-origin-cert kubernetes.io/tls tls.crt "$(cat "$ORIGIN_CERT_FILE")" tls.key "$(cat "$ORIGIN_KEY_FILE")"
[ -z "$dry_run" ] || { say "✓ Nothing was done." && exit; }
say "✓ The secrets are up. Pods read them when they start: kubectl -n $namespace rollout restart deployment"
