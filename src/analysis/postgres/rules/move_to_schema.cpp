#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT) return;
  const PgQuery__AlterObjectSchemaStmt& move = *look.tree.alter_object_schema_stmt;
  if (move.relation != nullptr) {
    if (!isOfOthers(*move.relation, look)) return;
    remarks.addIfItStays([name = nameIn(*move.relation)](
                             const KnownSchema& end) { return end.lookUp(name.schema, name.name) == nullptr; },
                         fmt::format("Whoever doesn't have {} in the search path finds no {} any more.", move.newschema,
                                     move.relation->relname),
                         "Leave a view under the old name behind in the same transaction.");
    return;
  }
  const db::ObjectReference object = tree::objectOf(move.object_type, move.object);
  if (look.history.made(object.kind, object.schema, object.name)) return;
  remarks.add(
      fmt::format("Whoever doesn't have {} in the search path finds no {} any more.", move.newschema, object.name),
      "Make it anew in the other schema, and drop the old one when nobody uses it any more.");
}

}  // namespace

const Rule moveToSchema{.info = {"move-to-schema", Severity::Warning,
                                 "an object moves to another schema while applications look for it in the old one"},
                        .check = check};

}  // namespace hotswap::analysis::postgres::rules
