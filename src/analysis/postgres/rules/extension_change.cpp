#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  const bool updates = look.tree.node_case == PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT;
  const bool drops = look.tree.node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
                     look.tree.drop_stmt->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION;
  if (!updates && !drops) return;
  const std::string name =
      updates ? look.tree.alter_extension_stmt->extname : tree::stringOf(look.tree.drop_stmt->objects[0]);
  remarks.add(fmt::format("The script of {} decides what is changed or goes: types, functions, operators and what uses "
                          "them; nothing of it stands here.",
                          name),
              "Read its update script, try it on a copy, and run it by itself at a quiet time.");
}

}  // namespace

const Rule extensionChange{.info = {"extension-change", Severity::Warning, "an extension is updated or dropped"},
                           .check = check};

}  // namespace hotswap::analysis::postgres::rules
