#!/usr/bin/env bash
# ./dev fuzz [NAME] [SECONDS]: runs the fuzz target NAME, or each in turn. What a target finds on its way is kept beside its
# build; tests/fuzz/corpus/NAME holds what it starts from. A crash is left in build/fuzz/findings/NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh
wanted=${1:-}
seconds=${2:-60}

tools/setup.sh build libraries servers fuzz
quietly cmake --preset fuzz
mapfile -t targets < <(programs_of fuzz '*_fuzz')
[ ${#targets[@]} -gt 0 ] || fail "There is no fuzz target in tests/fuzz."
if [ -n "$wanted" ]; then
  [[ " ${targets[*]} " == *" $wanted "* ]] || fail "There is no fuzz target $wanted; there are: ${targets[*]}"
  targets=("$wanted")
fi
say "Building"
compile fuzz "${targets[@]/%/_fuzz}"

for target in "${targets[@]}"; do
  say "Fuzzing $target for $seconds s"
  findings=build/fuzz/findings/$target
  grown=build/fuzz/corpus/$target
  seeds=tests/fuzz/corpus/$target
  mkdir -p "$findings" "$grown"
  "build/fuzz/${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$findings/" "$grown" $([ ! -d "$seeds" ] || echo "$seeds") ||
    fail "The fuzz target $target found something; the input that did it lies in $findings."
done
