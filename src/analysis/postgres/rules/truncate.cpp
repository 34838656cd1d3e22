#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_TRUNCATE_STMT) return;
  std::vector<RelationName> tables;
  for (const DataLoss& loss : look.effects.dataLoss) tables.push_back(loss.relation);
  tables = ofOthers(tables, look);
  if (tables.empty()) return;
  remarks.add(fmt::format("All rows of {} are gone, and nobody can read or write there until the transaction ends.",
                          listed(tables)),
              "Delete in batches what is not needed, or keep the table under another name for a while.");
}

}  // namespace

const Rule truncate{.info = {"truncate", Severity::Warning, "all rows of a table are removed"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
