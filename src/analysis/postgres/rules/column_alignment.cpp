#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

struct Layout {
  std::string_view type;
  std::size_t bytes = 0;  ///< also what it is aligned to
};

/// Types of a fixed length, the most frequent ones (pg_type.typlen, typalign).
constexpr std::array layouts{Layout{"bool", 1},   Layout{"int2", 2}, Layout{"int4", 4},      Layout{"date", 4},
                             Layout{"float4", 4}, Layout{"int8", 8}, Layout{"timestamp", 8}, Layout{"timestamptz", 8},
                             Layout{"float8", 8}, Layout{"time", 8}};

/// Bytes that columns of these lengths take, in this order, with the gaps between them.
std::size_t roomOf(const std::vector<std::size_t>& lengths) {
  constexpr std::size_t widest = 8;
  std::size_t at = 0;
  for (const std::size_t bytes : lengths) at = (at + bytes - 1) / bytes * bytes + bytes;
  return (at + widest - 1) / widest * widest;
}

void check(const Look& look, Remarks& remarks) {
  constexpr std::size_t worthwhile = 8;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT) return;
  std::vector<std::size_t> lengths;
  for (const TypedColumn& column : typedColumns(look)) {
    const auto* const found = std::ranges::find(layouts, column.type.name, &Layout::type);
    // Behind the first column of varying length nobody can say where the next one begins.
    if (found == layouts.end() || column.type.array) break;
    lengths.push_back(found->bytes);
  }
  std::vector<std::size_t> sorted = lengths;
  std::ranges::sort(sorted, std::greater());
  const std::size_t spared = roomOf(lengths) - roomOf(sorted);
  if (spared < worthwhile) return;
  remarks.add(fmt::format("Each row of {} has gaps between its first columns: {} bytes less with another order.",
                          look.tree.create_stmt->relation->relname, spared),
              "Write columns of 8 bytes first, then those of 4, 2 and 1, then text.");
}

}  // namespace

const Rule columnAlignment{
    .info = {"column-alignment", Severity::Info, "the order of columns wastes room in every row"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
