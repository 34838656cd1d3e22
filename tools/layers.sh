#!/usr/bin/env bash
# Holds every #include "…" below a source folder against the floors that its CMakeLists.txt names:
#   tools/layers.sh [DIR]        (src unless given; DIR/CMakeLists.txt holds lines `hotswap_floor(NAME USES …)`)
# A floor may include itself and what it uses, directly or through those; no floor uses itself in a circle; and the headers
# of no two folders include each other (within a floor, a .cpp may put together what stands in folders below it).
# Prints what is wrong and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=${1:-src}

{
  sed 's/#.*//' "$dir/CMakeLists.txt" | tr '\n' ' ' | grep -oE 'hotswap_floor\([^)]*\)' | sed -E 's/hotswap_floor\(|\)//g; s/^/FLOOR /'
  (cd "$dir" && find . -type f \( -name '*.h' -o -name '*.cpp' \) -exec grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + || true) |
    sed -E 's/^\.\/([^:]+):([0-9]+):[^"]*"([^"]+)".*/INCLUDE \1 \2 \3/'
} | awk -v dir="$dir" '
  function wrong(text) { print text; failed = 1 }
  function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
  $1 == "FLOOR" {
    floors[$2] = ++count
    order[count] = $2
    uses = 0
    for (i = 3; i <= NF; ++i) {
      if ($i == "USES" || $i == "LIBRARIES") uses = ($i == "USES")
      else if (uses) reaches[$2, $i] = 1
    }
    next
  }
  {
    from = $2; line = $3; to = $4
    ++includes
    places[includes] = dir "/" from ":" line
    sources[includes] = from
    targets[includes] = to
    if (from ~ /\.h$/ && folder(from) != folder(to) && !((folder(from), folder(to)) in edges)) edges[folder(from), folder(to)] = places[includes]
  }
  END {
    if (count == 0) wrong(dir "/CMakeLists.txt names no floor")
    for (k = 1; k <= count; ++k)
      for (i = 1; i <= count; ++i)
        for (j = 1; j <= count; ++j)
          if ((order[i], order[k]) in reaches && (order[k], order[j]) in reaches) reaches[order[i], order[j]] = 1
    for (i = 1; i <= count; ++i) if ((order[i], order[i]) in reaches) wrong(dir "/CMakeLists.txt: " order[i] " uses itself in a circle")
    for (pair in reaches) { split(pair, ends, SUBSEP); if (!(ends[2] in floors)) wrong(dir "/CMakeLists.txt: " ends[1] " uses " ends[2] ", which is no floor") }
    for (n = 1; n <= includes; ++n) {
      split(sources[n], a, "/"); split(targets[n], b, "/")
      if (!(a[1] in floors)) wrong(places[n] ": " a[1] " is no floor of " dir "/CMakeLists.txt")
      else if (!(b[1] in floors)) wrong(places[n] ": \"" targets[n] "\" is not a path from " dir "/ that begins with a floor")
      else if (a[1] != b[1] && !((a[1], b[1]) in reaches)) wrong(places[n] ": " a[1] " may not include \"" targets[n] "\": it does not use " b[1])
    }
    for (pair in edges) {
      split(pair, ends, SUBSEP)
      if (ends[1] < ends[2] && (ends[2], ends[1]) in edges) wrong(edges[pair] " and " edges[ends[2], ends[1]] ": " ends[1] " and " ends[2] " include each other")
    }
    exit failed
  }'
