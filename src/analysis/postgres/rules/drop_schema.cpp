#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return;
  const PgQuery__DropStmt& drop = *look.tree.drop_stmt;
  if (drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA) return;
  for (const auto* object : tree::nodes(drop.n_objects, drop.objects)) {
    const std::string name = tree::stringOf(object);
    if (look.history.made(db::ObjectReference::Kind::Schema, "", name)) continue;
    remarks.add(
        fmt::format("Whatever is in {} goes with it or stops the statement, and so does what is made there until "
                    "it runs.",
                    name),
        "Drop what is in it by name first, in earlier migrations; the schema last, without CASCADE.");
  }
}

}  // namespace

const Rule dropSchema{.info = {"drop-schema", Severity::Warning, "a schema is dropped"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
