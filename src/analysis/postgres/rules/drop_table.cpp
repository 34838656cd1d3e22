#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  std::vector<RelationName> tables;
  for (const DataLoss& loss : look.effects.dataLoss) {
    if (loss.what == DataLoss::What::Relation) tables.push_back(loss.relation);
  }
  tables = ofOthers(tables, look);
  if (tables.empty()) return;
  remarks.add(fmt::format("The rows of {} are gone, and no way back brings them again.", listed(tables)),
              "Rename it first, and drop it when nothing has missed it for some weeks and a backup holds its rows.");
}

}  // namespace

const Rule dropTable{.info = {"drop-table", Severity::Warning, "a table is dropped with its rows"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
