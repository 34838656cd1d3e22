#!/usr/bin/env bash
# ./dev bench versioned: installs the tools it measures against, then runs bench/versioned.cpp.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

tools/setup.sh build libraries servers peers
compile release hotswap bench_versioned
exec build/release/bench_versioned
