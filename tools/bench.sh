#!/usr/bin/env bash
# ./dev bench [NAME] [ARGUMENTS]: runs bench/NAME.sh, or the program bench_NAME, and lists what there is without a name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

tools/setup.sh build libraries servers web
quietly cmake --preset release
mapfile -t names < <({
  programs_of release 'bench_*'
  find bench -maxdepth 1 -name '*.sh' -printf '%f\n' | sed 's/[.]sh$//'
} | sort -u)
name=${1:-}
if [ -z "$name" ]; then
  printf './dev bench NAME, one of:\n'
  printf '  %s\n' "${names[@]}"
  exit 0
fi
shift
[[ " ${names[*]} " == *" $name "* ]] || fail "There is no benchmark $name; there are: ${names[*]}"
if [ -e "bench/$name.sh" ]; then
  compile release hotswap
  exec bash "bench/$name.sh" "$@"
fi
compile release hotswap "bench_$name"
exec "build/release/bench_$name" "$@"
