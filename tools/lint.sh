#!/usr/bin/env bash
# ./dev lint: the quick checks, then clang-tidy over every source file. A file that was clean is not looked at again until
# it, a header of ours that it includes, .clang-tidy or the compiler's arguments change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

tools/check_sources.sh

say "clang-tidy"
quietly cmake --preset release
cache=build/lint
mkdir -p "$cache"
settings=$(cat .clang-tidy CMakePresets.json CMakeLists.txt cmake/*.cmake src/CMakeLists.txt tests/CMakeLists.txt <(clang-tidy --version) | sha256sum | cut -c 1-64)

# One line a source file: its path, then the hashes of its content and of all headers of ours that it reaches.
keys() {
  {
    cpp_files | xargs -0 sha256sum | sed -E 's/^([0-9a-f]+) [ *]/HASH \1 /'
    cpp_files | xargs -0 grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]+"' | sed -E 's/^([^:]+):[^"]*"([^"]+)"/INCLUDE \1 \2/'
  } | awk '
    $1 == "HASH" { hash[$3] = $2 }
    $1 == "INCLUDE" { includes[$2] = includes[$2] " " $3 }
    function reach(file,    names, count, i, path) {
      if (seen[file] == root) return
      seen[file] = root
      reached = reached " " hash[file]
      count = split(includes[file], names, " ")
      for (i = 1; i <= count; ++i) {
        path = ""
        if (("src/" names[i]) in hash) path = "src/" names[i]
        else if (("tests/" names[i]) in hash) path = "tests/" names[i]
        else if (("bench/" names[i]) in hash) path = "bench/" names[i]
        if (path != "") reach(path)
      }
    }
    END { for (root in hash) if (root ~ /\.cpp$/) { reached = ""; reach(root); print root reached } }'
}

# The files of this build whose key is not among the clean ones, as "FILE KEY".
unchecked() {
  local file rest key testSettings
  testSettings=$(sha256sum <tests/.clang-tidy)
  keys | sort | while read -r file rest; do
    [[ $file != tests/* ]] || rest+=" $testSettings"
    grep -qF "/$file\"" build/release/compile_commands.json || continue
    key=$(printf '%s %s %s' "$settings" "$file" "$rest" | sha256sum | cut -c 1-64)
    [ -e "$cache/$key" ] || printf '%s %s\n' "$file" "$key"
  done
}

check_one() {
  local file=$1 key=$2 output
  if output=$(clang-tidy --quiet -p build/release --extra-arg=-Wno-unknown-warning-option "$file" 2>/dev/null); then
    touch "$cache/$key"
    echo "clean  $file"
  else
    printf 'FOUND  %s\n%s\n' "$file" "$output"
    return 1
  fi
}
export -f check_one
export cache

unchecked >"$cache/todo.txt"
printf '%s files to look at, the others are clean as they are\n' "$(wc -l <"$cache/todo.txt")"
xargs -r -P "$jobs" -L 1 bash -c 'check_one "$@"' check_one <"$cache/todo.txt" || fail "clang-tidy found something."
find "$cache" -type f -mtime +30 -delete
echo "Everything is clean."
