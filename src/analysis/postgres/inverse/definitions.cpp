#include "analysis/postgres/inverse/definitions.h"

#include <algorithm>
#include <utility>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

bool isMade(const PgQuery__Node& statement) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
    case PG_QUERY__NODE__NODE_VIEW_STMT:
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT: return true;
    default: return false;
  }
}

/// The name that a statement takes away or moves; empty where it does neither.
std::string renamedBy(const PgQuery__Node& statement) {
  std::vector<std::string> names;
  if (statement.node_case == PG_QUERY__NODE__NODE_RENAME_STMT) {
    const auto* rename = statement.rename_stmt;
    if (*rename->subname != '\0') return rename->subname;
    if (rename->relation != nullptr) return rename->relation->relname;
    if (rename->object == nullptr) return {};
    names = rename->object->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS
                ? tree::stringsOf(tree::nodes(rename->object->object_with_args->n_objname,
                                              rename->object->object_with_args->objname))
                : tree::stringsOf(rename->object);
  } else if (statement.node_case == PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT) {
    const auto* move = statement.alter_object_schema_stmt;
    if (move->relation != nullptr) return move->relation->relname;
    if (move->object == nullptr) return {};
    names = move->object->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS
                ? tree::stringsOf(
                      tree::nodes(move->object->object_with_args->n_objname, move->object->object_with_args->objname))
                : tree::stringsOf(move->object);
  } else if (statement.node_case == PG_QUERY__NODE__NODE_ALTER_ENUM_STMT) {
    return statement.alter_enum_stmt->old_val;
  }
  return names.empty() ? std::string() : names.back();
}

bool isText(const char* text, std::string_view wanted) { return text != nullptr && wanted == text; }

}  // namespace

const PgQuery__Constraint* columnConstraint(const PgQuery__ColumnDef& column, PgQuery__ConstrType type) {
  for (const auto* each : tree::nodes(column.n_constraints, column.constraints)) {
    if (each->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && each->constraint->contype == type)
      return each->constraint;
  }
  return nullptr;
}

void Definitions::addText(const std::string& sql, const KnownSchema& schema) {
  const auto take = [&] {
    std::shared_ptr<PgQuery__ParseResult> parsed = tree::parseTree(sql);
    if (!parsed) return;
    const auto text = std::make_shared<const std::string>(sql);
    for (std::size_t i = 0; i < parsed->n_stmts; ++i) {
      const PgQuery__RawStmt& raw = *parsed->stmts[i];
      std::vector<Subject> subjects = subjectsOf(*raw.stmt, schema);
      if (subjects.empty()) continue;
      const auto from = static_cast<std::size_t>(raw.stmt_location);
      const auto length = raw.stmt_len == 0 ? std::string_view::npos : static_cast<std::size_t>(raw.stmt_len);
      std::string_view own = std::string_view(*text).substr(from, length);
      const std::size_t first = own.find_first_not_of(" \n\t");
      if (first != std::string_view::npos) own.remove_prefix(first);
      for (const Subject& subject : subjects) places_[subject].push_back(entries_.size());
      entries_.push_back(
          {.owner = parsed,
           .text = text,
           .definition = {.tree = raw.stmt, .sql = own, .subjects = std::move(subjects), .makes = isMade(*raw.stmt)}});
    }
  };
  if (sql.size() <= tree::shallowBytes) {
    take();
  } else {
    tree::onDeepStack(take);
  }
}

void Definitions::add(const std::string& sql, const KnownSchema& before, const KnownSchema& after) {
  std::vector<Subject> gone;
  std::string renamed;
  tree::readStatement(sql, [&](const PgQuery__Node& statement) {
    renamed = renamedBy(statement);
    if (statement.node_case == PG_QUERY__NODE__NODE_DROP_STMT) {
      before.forEach([&](const Relation& relation) {
        if (after.find(relation.schema, relation.name) == nullptr) gone.push_back(subjectOf(relation));
      });
      before.forEachType([&](const Type& type) {
        if (after.type(type.schema, type.name) == nullptr)
          gone.push_back({.kind = Subject::Kind::Type, .schema = type.schema, .name = type.name});
      });
      before.forEachRoutine([&](const Routine& routine) {
        const Routine* left = after.routine(routine.schema, routine.name);
        if (left == nullptr || left->overloads < routine.overloads)
          gone.push_back({.kind = Subject::Kind::Routine, .schema = routine.schema, .name = routine.name});
      });
    }
  });
  if (!renamed.empty()) forget(renamed);
  if (!gone.empty()) forget(gone);
  addText(sql, after);
}

void Definitions::forget(const std::string& name) {
  for (Entry& entry : entries_) {
    if (entry.definition.sql.find(name) != std::string_view::npos) entry.stale = true;
  }
}

void Definitions::forget(const std::vector<Subject>& gone) {
  for (const Subject& subject : gone) {
    const auto found = places_.find(subject);
    if (found == places_.end()) continue;
    for (const std::size_t place : found->second) entries_[place].gone = true;
    places_.erase(found);
  }
}

void Definitions::forEach(const std::function<void(const Definition&)>& visit) const {
  for (const Entry& entry : entries_) {
    if (!entry.stale && !entry.gone) visit(entry.definition);
  }
}

void Definitions::about(const Subject& subject, const std::function<void(const Definition&)>& visit) const {
  const auto found = places_.find(subject);
  if (found == places_.end()) return;
  for (const std::size_t place : found->second) {
    const Entry& entry = entries_[place];
    if (!entry.stale && !entry.gone) visit(entry.definition);
  }
}

bool Definitions::knows(const Subject& subject) const {
  const auto found = places_.find(subject);
  if (found == places_.end()) return false;
  bool made = false;
  for (const std::size_t place : found->second) {
    const Entry& entry = entries_[place];
    if (entry.stale) return false;
    made = made || (entry.definition.makes && !entry.gone);
  }
  return made;
}

const PgQuery__ColumnDef* Definitions::column(const Relation& relation, std::string_view name) const {
  const PgQuery__ColumnDef* found = nullptr;
  const auto look = [&](const PgQuery__Node* node) {
    if (node != nullptr && node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF &&
        isText(node->column_def->colname, name))
      found = node->column_def;
  };
  about(subjectOf(relation), [&](const Definition& one) {
    const PgQuery__CreateStmt* create = nullptr;
    if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_STMT) create = one.tree->create_stmt;
    if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT)
      create = one.tree->create_foreign_table_stmt->base_stmt;
    if (create != nullptr) {
      for (const auto* element : tree::nodes(create->n_table_elts, create->table_elts)) look(element);
    }
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* command : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      if (command->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)
        look(command->alter_table_cmd->def);
    }
  });
  return found;
}

const PgQuery__TypeName* Definitions::columnType(const Relation& relation, std::string_view name) const {
  const PgQuery__ColumnDef* made = column(relation, name);
  const PgQuery__TypeName* type = made == nullptr ? nullptr : made->type_name;
  about(subjectOf(relation), [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* each : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      const auto* command = each->alter_table_cmd;
      if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType && isText(command->name, name))
        type = command->def->column_def->type_name;
    }
  });
  return type;
}

const PgQuery__Node* Definitions::columnDefault(const Relation& relation, std::string_view name) const {
  const PgQuery__ColumnDef* made = column(relation, name);
  const PgQuery__Constraint* inside =
      made == nullptr ? nullptr : columnConstraint(*made, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT);
  const PgQuery__Node* expression = inside == nullptr ? nullptr : inside->raw_expr;
  about(subjectOf(relation), [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* each : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      const auto* command = each->alter_table_cmd;
      if (!isText(command->name, name)) continue;
      if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault) expression = command->def;
    }
  });
  return expression;
}

const PgQuery__Constraint* Definitions::constraint(const Relation& relation, std::string_view name) const {
  const PgQuery__Constraint* found = nullptr;
  const auto look = [&](const PgQuery__Node* node) {
    if (node != nullptr && node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
        isText(node->constraint->conname, name))
      found = node->constraint;
  };
  about(subjectOf(relation), [&](const Definition& one) {
    if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
      for (const auto* element : tree::nodes(one.tree->create_stmt->n_table_elts, one.tree->create_stmt->table_elts))
        look(element);
    }
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* command : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      if (command->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)
        look(command->alter_table_cmd->def);
    }
  });
  return found;
}

const Definition* Definitions::index(const Relation& table, std::string_view name) const {
  const Definition* found = nullptr;
  about(subjectOf(table), [&](const Definition& one) {
    if (one.tree->node_case == PG_QUERY__NODE__NODE_INDEX_STMT && isText(one.tree->index_stmt->idxname, name))
      found = &one;
  });
  return found;
}

const PgQuery__PartitionBoundSpec* Definitions::bound(const Relation& partition) const {
  const PgQuery__PartitionBoundSpec* found = nullptr;
  forEach([&](const Definition& one) {
    if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_STMT && one.tree->create_stmt->partbound != nullptr &&
        isText(one.tree->create_stmt->relation->relname, partition.name) && one.subjects[0] == subjectOf(partition))
      found = one.tree->create_stmt->partbound;
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* each : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      const auto* command = each->alter_table_cmd;
      if (command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition || command->def == nullptr ||
          command->def->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD)
        continue;
      const auto* attached = command->def->partition_cmd;
      const bool schemaFits =
          *attached->name->schemaname == '\0' || isText(attached->name->schemaname, partition.schema);
      if (schemaFits && isText(attached->name->relname, partition.name) && attached->bound != nullptr)
        found = attached->bound;
    }
  });
  return found;
}

}  // namespace hotswap::analysis::postgres
