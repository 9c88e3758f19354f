#!/bin/sh
# Writes .sqlx, what the checked queries of this crate are compiled against without a database.
#
# DATABASE_URL must lead to an empty database, which is migrated. With --check, fails if .sqlx as
# committed is not what the queries and migrations make of it.
set -eu
cd "$(dirname "$0")"
: "${DATABASE_URL:?must lead to an empty Postgres database}"

for migration in migrations/*.sql; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --single-transaction --file "$migration" "$DATABASE_URL"
done

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
# Cargo does not count the database among what a build depends on.
touch src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$fresh" cargo check --quiet --package store

if [ "${1:-}" = --check ]; then
    diff --recursive --brief .sqlx "$fresh" || {
        echo "jobs/store/.sqlx is stale; run jobs/store/prepare.sh and commit what it writes" >&2
        exit 1
    }
else
    mkdir -p .sqlx
    find .sqlx -name 'query-*.json' -delete
    cp "$fresh"/query-*.json .sqlx/
fi
# Built against a database that may be gone by the next build.
touch src/lib.rs
