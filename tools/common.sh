# Shared by ./dev and the scripts in tools/; sourced from the root of the repository.
jobs=${HOTSWAP_JOBS:-$(nproc)}

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# quietly COMMAND…: its output is shown only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# compile PRESET [TARGET…]: configures build/PRESET and builds the targets, all of them where none is named.
compile() {
  local preset=$1
  shift
  quietly cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# programs_of PRESET PATTERN: what stands for the * in the names of a configured build's programs, e.g. `bench_*`.
programs_of() {
  ninja -C "build/$1" -t targets all | sed -n "s/^${2/\*/\\([a-z0-9_]*\\)}: CXX_EXECUTABLE_LINKER.*/\1/p" | sort -u
}

# Every C++ file of ours, NUL-separated, but those that are there to be found fault with.
cpp_files() {
  find src tests bench -path tests/lint -prune -o \( -name '*.cpp' -o -name '*.h' \) -type f -print0
}

# run_tests PRESET RESULTS [CTEST ARGUMENTS…]: runs the test programs side by side and names the slowest tests; ctest's
# own summary comes last.
run_tests() {
  local preset=$1 results=$2
  shift 2
  GTEST_OUTPUT="xml:$results/" ctest --test-dir "build/$preset" --parallel "$jobs" --output-on-failure --no-tests=error "$@" |
    {
      awk '/tests passed, .* tests failed/ { closing = 1 } closing { print > held; next } { print; fflush() }' held="$results/closing.txt"
      slowest_tests "$results"
      [ ! -e "$results/closing.txt" ] || cat "$results/closing.txt"
    }
}

# slowest_tests RESULTS: from the XML that GoogleTest wrote there.
slowest_tests() {
  find "$1" -name '*.xml' -exec cat {} + |
    sed -n 's/.*<testcase name="\([^"]*\)".* time="\([^"]*\)".* classname="\([^"]*\)".*/\2 \3.\1/p' | sort -rn >"$1/times.txt"
  printf '\n%s tests in %s programs; the slowest (seconds):\n' "$(wc -l <"$1/times.txt")" "$(find "$1" -name '*.xml' | wc -l)"
  head -n 8 "$1/times.txt"
  echo
}
