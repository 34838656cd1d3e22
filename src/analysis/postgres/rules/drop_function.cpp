#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT || !look.effects.failure.empty()) return;
  const PgQuery__DropStmt& drop = *look.tree.drop_stmt;
  switch (drop.remove_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE: break;
    default: return;
  }
  for (const auto* object : tree::nodes(drop.n_objects, drop.objects)) {
    const db::ObjectReference name = tree::objectOf(drop.remove_type, object);
    if (look.history.made(db::ObjectReference::Kind::Function, name.schema, name.name)) continue;
    remarks.addIfItStays(
        [name](const KnownSchema& end) { return end.routine(name.schema, name.name) == nullptr; },
        fmt::format("Whoever calls {} fails from that moment on, bodies of other functions among them.", name.name),
        "Look for callers in pg_stat_user_functions (track_functions) first; CREATE OR REPLACE changes it without a "
        "gap.");
  }
}

}  // namespace

const Rule dropFunction{.info = {"drop-function", Severity::Warning, "a function is dropped while others may call it"},
                        .check = check};

}  // namespace hotswap::analysis::postgres::rules
