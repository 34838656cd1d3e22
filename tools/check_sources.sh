#!/usr/bin/env bash
# The checks of the sources that take seconds: format, floors, and the proof that the checks find what they are for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

say "Checking the format"
unformatted=$(cpp_files | xargs -0 -n 50 -P "$jobs" clang-format --dry-run 2>&1 | sed -nE "s/^([^: ]+):[0-9]+:[0-9]+: (warning|error): .*/\1/p" | sort -u)
[ -z "$unformatted" ] || fail "Not formatted; ./dev fmt puts it right:" $unformatted

say "Checking the floors"
tools/layers.sh src || fail "A floor may include only what it uses; see src/CMakeLists.txt and ARCHITECTURE.md."

say "Checking the checks"
for sample in tests/lint/layers/*/; do
  if found=$(tools/layers.sh "${sample%/}"); then fail "tools/layers.sh finds nothing wrong in $sample"; fi
  expected=$(cat "${sample}expected.txt")
  [[ $found == *"$expected"* ]] || fail "tools/layers.sh finds in $sample: $found; and should say: $expected"
done
if found=$(clang-tidy --quiet tests/lint/must_fail.cpp -- -std=c++20 2>/dev/null); then
  fail "clang-tidy finds nothing wrong in tests/lint/must_fail.cpp; is .clang-tidy read?"
fi
while read -r expected; do
  [[ $found == *"$expected"* ]] || fail "clang-tidy does not report $expected in tests/lint/must_fail.cpp"
done < <(sed -n 's/.*expect: //p' tests/lint/must_fail.cpp)
echo "The layer check and clang-tidy find what they have to find."
