#!/usr/bin/env bash
# ./dev test [REGEX]: builds everything, checks the sources, runs all test programs or those whose names match.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

tools/setup.sh build libraries servers versions web lint
say "Building"
compile release

if [ $# -eq 0 ]; then
  tools/check_sources.sh
fi

say "Testing"
results=$PWD/build/release/test-results
rm -rf "$results"
mkdir -p "$results"
run_tests release "$results" ${1:+--tests-regex "$1"}
