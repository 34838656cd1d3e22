#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT || !look.effects.failure.empty()) return;
  const PgQuery__DropStmt& drop = *look.tree.drop_stmt;
  if (drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_TYPE &&
      drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN)
    return;
  for (const auto* object : tree::nodes(drop.n_objects, drop.objects)) {
    const auto name = tree::qualified(tree::stringsOf(object));
    if (look.history.made(db::ObjectReference::Kind::Type, name.schema, name.name)) continue;
    remarks.addIfItStays(
        [name](const KnownSchema& end) { return end.type(name.schema, name.name) == nullptr; },
        fmt::format("Casts to {} and functions that declare variables of it fail from then on.", name.name),
        "Search functions and applications for the name first; leave it where nothing speaks against "
        "it.");
  }
}

}  // namespace

const Rule dropType{.info = {"drop-type", Severity::Warning, "a type is dropped while others may name it"},
                    .check = check};

}  // namespace hotswap::analysis::postgres::rules
