#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const DataLoss& loss : look.effects.dataLoss) {
    if (loss.what != DataLoss::What::Column || ofOthers({loss.relation}, look).empty()) continue;
    std::string message =
        fmt::format("The values of {}.{} are gone, and an application that still reads the column fails.",
                    loss.relation.text(), loss.column);
    const auto indexes = ofOthers(look.effects.lostIndexes, look);
    if (!indexes.empty()) message += fmt::format(" With it goes {}.", listed(indexes));
    remarks.add(
        std::move(message),
        "Take the column out of the application first; build indexes that are still needed without it; drop it then.");
  }
}

}  // namespace

const Rule dropColumn{.info = {"drop-column", Severity::Warning, "a column is dropped with its values"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
