#include "analysis/postgres/inverse/alter_table.h"

#include <algorithm>

#include "analysis/postgres/inverse/families.h"
#include "analysis/postgres/inverse/restore.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// Takes away what restoreLost brings back, whatever the action was.
bool takesAway(PgQuery__AlterTableType action) {
  switch (action) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint: return true;
    default: return false;
  }
}

}  // namespace

void AlterTableInverse::find() {
  before_ = way_.before.lookUp(statement_.relation->schemaname, statement_.relation->relname);
  after_ = before_ != nullptr ? way_.after.find(before_->id)
                              : way_.after.lookUp(statement_.relation->schemaname, statement_.relation->relname);
  if (before_ == nullptr && after_ == nullptr) {
    if (statement_.missing_ok == 0 || !way_.before.complete) way_.lose("What it changes is not known.");
    return;
  }
  bool lost = false;
  for (std::size_t i = statement_.n_cmds; i-- > 0;) {
    const Command& command = *statement_.cmds[i]->alter_table_cmd;
    if (takesAway(command.subtype)) {
      lost = true;
    } else {
      invert(command);
    }
  }
  if (!lost) return;
  if (before_ == nullptr || !before_->known) return way_.missDefinition("what it drops");
  restoreLost(way_);
  if (!way_.before.complete && !way_.definitions.knows(subjectOf(*before_)))
    way_.missDefinition("what hangs on what it drops");
}

const Relation* AlterTableInverse::known(const std::string& what) {
  if (before_ != nullptr && before_->known) return before_;
  way_.missDefinition(what);
  return nullptr;
}

std::vector<const Relation*> AlterTableInverse::reached() const {
  std::vector<const Relation*> tables{before_};
  if (only()) return tables;
  for (const Relation* below : way_.before.descendantsOf(before_->id)) tables.push_back(below);
  return tables;
}

void AlterTableInverse::simply(Action action, std::string_view name, PgQuery__Node* definition) {
  way_.alter(before_ != nullptr ? *before_ : *after_, way_.action(action, name, definition), only());
}

void AlterTableInverse::invert(const Command& command) {
  if (invertColumn(command) || invertConstraint(command) || invertStorage(command)) return;
  way_.lose("No way back is known for one of its actions.");
}

bool invertAlterTable(const PgQuery__Node& statement, WayBack& way) {
  if (statement.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return false;
  if (statement.alter_table_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) return false;
  AlterTableInverse(*statement.alter_table_stmt, way).find();
  return true;
}

}  // namespace hotswap::analysis::postgres
