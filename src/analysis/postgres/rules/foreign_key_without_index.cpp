#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// An index begins with a column of the key, so that the server finds the rows without reading the table.
bool isIndexed(const Relation& table, const Constraint& key, const KnownSchema& schema) {
  return std::ranges::any_of(schema.indexesOf(table.id), [&](const Relation* index) {
    const IndexShape& shape = index->index;
    return !shape.partial && !shape.keys.empty() &&
           std::ranges::find(key.columns, shape.keys.front()) != key.columns.end();
  });
}

void check(const Look& look, Remarks& remarks) {
  for (const NewConstraint& key : newForeignKeys(look)) {
    if (!key.table->known || key.constraint->columns.empty()) continue;
    const auto isMissing = [table = key.table->id, name = key.constraint->name](const KnownSchema& end) {
      const Relation* found = end.find(table);
      const Constraint* constraint = found == nullptr ? nullptr : found->constraint(name);
      return constraint != nullptr && !isIndexed(*found, *constraint, end);
    };
    remarks.addIfItStays(
        isMissing,
        fmt::format("Each delete from the table that {} leads to reads all of {}, which has no index on "
                    "{}.",
                    key.constraint->name, nameOf(*key.table).text(), key.constraint->columns.front()),
        "CREATE INDEX CONCURRENTLY on the referring columns first.");
  }
}

}  // namespace

const Rule foreignKeyWithoutIndex{
    .info = {"foreign-key-without-index", Severity::Warning, "no index finds the rows that a foreign key refers from"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
