#!/usr/bin/env bash
# ./dev asan, ./dev tsan [REGEX]: unit and integration tests, or the programs that match, in a build with sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh
preset=$1
shift

tools/setup.sh build libraries servers versions web
say "Building"
compile "$preset"

# ThreadSanitizer of GCC 12 needs its addresses where kernels with much address randomisation don't leave them.
run=()
if [ "$preset" = tsan ] && setarch "$(uname -m)" -R true 2>/dev/null; then run=(setarch "$(uname -m)" -R); fi

# Freed memory is kept for a while; with more of it kept, tests that look at the memory in use would see that instead.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:quarantine_size_mb=16
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
if [ -e tools/tsan_suppressions.txt ]; then TSAN_OPTIONS+=:suppressions=$PWD/tools/tsan_suppressions.txt; fi

say "Testing"
results=$PWD/build/$preset/test-results
rm -rf "$results"
mkdir -p "$results"
if [ $# -gt 0 ]; then select=(--tests-regex "$1"); else select=(--label-regex '^(unit|integration)$'); fi
run_tests "$preset" "$results" "${select[@]}"
