#!/usr/bin/env bash
# ./dev coverage: which lines of src/ the tests reach; fails below the limit. Page by page in build/coverage/html/index.html.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh
least=85

tools/setup.sh build libraries servers versions web coverage
say "Building"
compile coverage
find build/coverage -name '*.gcda' -delete

say "Testing"
results=$PWD/build/coverage/test-results
rm -rf "$results"
mkdir -p "$results"
run_tests coverage "$results"

say "Counting the lines of src/"
mkdir -p build/coverage/html
gcovr --root . --filter 'src/' --object-directory build/coverage build/coverage -j "$jobs" --exclude-throw-branches \
  --html-details build/coverage/html/index.html --print-summary --txt build/coverage/coverage.txt --fail-under-line "$least"
