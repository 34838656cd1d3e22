#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return;
  const PgQuery__DropStmt& drop = *look.tree.drop_stmt;
  if (drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER || !look.effects.failure.empty()) return;
  for (const auto* object : tree::nodes(drop.n_objects, drop.objects)) {
    const db::ObjectReference trigger = tree::objectOf(drop.remove_type, object);
    if (!isOfOthers(RelationName{trigger.schema, trigger.table}, look)) continue;
    remarks.addIfItStays(
        [trigger](const KnownSchema& end) {
          const Relation* table = end.lookUp(trigger.schema, trigger.table);
          return table != nullptr &&
                 std::ranges::find(table->triggers, trigger.name, &Trigger::name) == table->triggers.end();
        },
        fmt::format("What {} did at each write to {} is not done any more, and nobody can read the table until the "
                    "transaction ends.",
                    trigger.name, trigger.table),
        "Make its function do nothing first (CREATE OR REPLACE FUNCTION locks no table), and drop it at a quiet time.");
  }
}

}  // namespace

const Rule dropTrigger{
    .info = {"drop-trigger", Severity::Warning, "a trigger is dropped, and with it what it kept in step"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
