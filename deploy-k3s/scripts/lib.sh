# What the scripts share; they source it. Nothing here does anything by itself.
# shellcheck shell=bash
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
namespace=honeydue
dry_run=
what_next=
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'failed' ERR
set -E

# To stderr: stdout is for answers.
say() { printf '%s\n' "$*" >&2; }

# step WHAT NEXT: what is about to be done, and what to do should it fail.
step() {
  say "▸ $1"
  what_next=$2
}

failed() {
  trap - ERR
  say "✗ That failed, and nothing further was done."
  [ -z "$what_next" ] || say "  Next: $what_next"
  exit 1
}

# die WHY NEXT
die() {
  trap - ERR
  say "✗ $1"
  say "  Next: $2"
  exit 1
}

# Runs a command that changes something, or only says so.
run() {
  if [ -n "$dry_run" ]; then
    printf 'would run: %s\n' "$*"
  else
    "$@"
  fi
}

k() { kubectl --namespace "$namespace" "$@"; }

needs() {
  local program
  for program; do
    command -v "$program" >/dev/null || die "$program is not installed" "install $program, then run this again"
  done
}

# value OPTION [VALUE ...]: that what follows an option is there.
value() { [ -n "${2:-}" ] || die "$1 needs a value" "see $(basename "$0") --help"; }

# The text above the first command of a script is its help.
help_of() { sed -n '2,/^[^#]/{ /^#/!d; s/^# \{0,1\}//; p; }' "$1"; }

# read_settings FILE NAME...: sets the variables named, from lines NAME=value. The file is not run: a
# value is what stands after the first =, whatever is in it.
read_settings() {
  local file=$1 line name
  shift
  [ -r "$file" ] || die "there is no $file" "copy $file.example to it and fill it in"
  for name; do printf -v "$name" ''; done
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^[A-Z_]+= ]] || continue
    name=${line%%=*}
    [[ " $* " == *" $name "* ]] || die "$file: nobody knows $name" "take it out, or correct its name"
    printf -v "$name" '%s' "${line#*=}"
  done <"$file"
}
