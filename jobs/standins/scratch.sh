#!/bin/sh
# Runs a command with a TEST_DIR for the files of all servers that tests start, and removes it however that
# ends. Hundreds of databases come and go, so it is in memory where there is room: on ext4, which seeks for
# a while around what was deleted, the suite takes half as long again.
set -eu
room=$(df --output=avail --block-size=G /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9)
base=${TMPDIR:-/tmp}
[ "${room:-0}" -lt 4 ] || base=/dev/shm
TEST_DIR=$(mktemp -d "$base/honeydue-test.XXXXXX")
export TEST_DIR
chmod 755 "$TEST_DIR" # root's Postgres runs as somebody else
trap 'rm -rf "$TEST_DIR"' EXIT
trap 'exit 130' INT TERM
"$@"
