#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT || !look.effects.failure.empty()) return;
  if (look.tree.drop_stmt->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE) return;
  for (const RelationName& name : namedByDrop(look)) {
    if (!isOfOthers(name, look)) continue;
    remarks.add(fmt::format("The number that {} has come to is lost: a new one begins at 1, where keys are taken.",
                            name.text()),
                "ALTER SEQUENCE changes a sequence in place; a new one has to be set with setval().");
  }
}

}  // namespace

const Rule dropSequence{
    .info = {"drop-sequence", Severity::Warning, "a sequence is dropped, and with it the number it has come to"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
