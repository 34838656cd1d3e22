#include "analysis/postgres/rules/reading.h"

#include <algorithm>
#include <iterator>

#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace tree = db::postgres;

namespace {

template <class Blocks>
const RelationLock* firstLock(const Look& look, const Blocks& blocks) {
  const auto found = std::ranges::find_if(
      look.effects.locks, [&](const RelationLock& lock) { return !lock.own && !lock.index && blocks(lock.mode); });
  return found == look.effects.locks.end() ? nullptr : &*found;
}

template <class Message>
const Message* as(const ProtobufCMessage& message, const ProtobufCMessageDescriptor& descriptor) {
  return message.descriptor == &descriptor ? reinterpret_cast<const Message*>(&message) : nullptr;
}

/// The query that the statement carries out, nothing where it is none or is only planned.
const ProtobufCMessage* queryRun(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT: return &node.base;
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return node.copy_stmt->query == nullptr ? nullptr : &node.copy_stmt->query->base;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT: return &node.create_table_as_stmt->query->base;
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
      return tree::optionOn(tree::nodes(node.explain_stmt->n_options, node.explain_stmt->options), "analyze")
                 ? &node.explain_stmt->query->base
                 : nullptr;
    default: return nullptr;
  }
}

/// The table that a statement makes or alters, as it leaves it.
const Relation* tableShaped(const Look& look) {
  const PgQuery__RangeVar* range = nullptr;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
    range = look.tree.create_stmt->relation;
  } else if (look.tree.node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) {
    range = look.tree.alter_table_stmt->relation;
  }
  return range == nullptr ? nullptr : look.after.lookUp(range->schemaname, range->relname);
}

}  // namespace

std::vector<const PgQuery__AlterTableCmd*> actions(const Look& look, PgQuery__AlterTableType type) {
  std::vector<const PgQuery__AlterTableCmd*> found;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return found;
  const PgQuery__AlterTableStmt& statement = *look.tree.alter_table_stmt;
  for (std::size_t i = 0; i < statement.n_cmds; ++i) {
    const PgQuery__AlterTableCmd* command = statement.cmds[i]->alter_table_cmd;
    if (command->subtype == type) found.push_back(command);
  }
  return found;
}

std::vector<const PgQuery__Constraint*> addedConstraints(const Look& look) {
  std::vector<const PgQuery__Constraint*> found;
  for (const PgQuery__AlterTableCmd* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint))
    found.push_back(command->def->constraint);
  for (const PgQuery__AlterTableCmd* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)) {
    const PgQuery__ColumnDef& column = *command->def->column_def;
    for (std::size_t i = 0; i < column.n_constraints; ++i) found.push_back(column.constraints[i]->constraint);
  }
  return found;
}

bool isOfOthers(const RelationName& object, const Look& look) {
  const Relation* relation = look.before.lookUp(object.schema, object.name);
  return relation == nullptr || !relation->own;
}

bool isOfOthers(const PgQuery__RangeVar& range, const Look& look) {
  return *range.relpersistence != 't' && isOfOthers(nameIn(range), look);
}

std::vector<RelationName> ofOthers(const std::vector<RelationName>& objects, const Look& look) {
  std::vector<RelationName> others;
  std::ranges::copy_if(objects, std::back_inserter(others),
                       [&](const RelationName& name) { return isOfOthers(name, look); });
  return others;
}

RelationName nameIn(const PgQuery__RangeVar& range) { return {range.schemaname, range.relname}; }

std::vector<RowChange> rowChanges(const Look& look) {
  std::vector<RowChange> changes;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_COPY_STMT && look.tree.copy_stmt->is_from != 0)
    changes.push_back({RowChange::Kind::Insert, look.tree.copy_stmt->relation, nullptr});
  const ProtobufCMessage* query = queryRun(look.tree);
  if (query == nullptr) return changes;
  tree::walk(*query, [&](const ProtobufCMessage& message) {
    if (const auto* insert = as<PgQuery__InsertStmt>(message, pg_query__insert_stmt__descriptor)) {
      changes.push_back({RowChange::Kind::Insert, insert->relation, nullptr});
    } else if (const auto* update = as<PgQuery__UpdateStmt>(message, pg_query__update_stmt__descriptor)) {
      changes.push_back({RowChange::Kind::Update, update->relation, update->where_clause});
    } else if (const auto* remove = as<PgQuery__DeleteStmt>(message, pg_query__delete_stmt__descriptor)) {
      changes.push_back({RowChange::Kind::Delete, remove->relation, remove->where_clause});
    } else if (const auto* merge = as<PgQuery__MergeStmt>(message, pg_query__merge_stmt__descriptor)) {
      changes.push_back({RowChange::Kind::Merge, merge->relation, merge->join_condition});
    }
    return true;
  });
  return changes;
}

std::vector<TypedColumn> typedColumns(const Look& look) {
  std::vector<TypedColumn> columns;
  const auto add = [&](const PgQuery__ColumnDef& definition, std::string name, bool isNew) {
    if (definition.type_name == nullptr) return;
    columns.push_back({std::move(name), &definition, isNew, typeOf(*definition.type_name, look.before)});
  };
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
    const PgQuery__CreateStmt& create = *look.tree.create_stmt;
    for (const auto* node : tree::nodes(create.n_table_elts, create.table_elts)) {
      if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) add(*node->column_def, node->column_def->colname, true);
    }
  }
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn))
    add(*command->def->column_def, command->def->column_def->colname, true);
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType))
    add(*command->def->column_def, command->name, false);
  return columns;
}

std::vector<NewConstraint> newConstraints(const Look& look) {
  std::vector<NewConstraint> added;
  const Relation* table = look.effects.failure.empty() ? tableShaped(look) : nullptr;
  if (table == nullptr) return added;
  const Relation* former = look.before.find(table->id);
  for (const Constraint& constraint : table->constraints) {
    if (constraint.local && (former == nullptr || former->constraint(constraint.name) == nullptr))
      added.push_back({table, &constraint});
  }
  return added;
}

std::vector<NewConstraint> newForeignKeys(const Look& look) {
  std::vector<NewConstraint> keys = newConstraints(look);
  std::erase_if(keys, [](const NewConstraint& one) { return one.constraint->kind != Constraint::Kind::ForeignKey; });
  return keys;
}

std::vector<ColumnConstraint> constraintsOfAddedColumns(const Look& look, PgQuery__ConstrType type) {
  std::vector<ColumnConstraint> found;
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)) {
    const PgQuery__ColumnDef* column = command->def->column_def;
    for (const auto* node : tree::nodes(column->n_constraints, column->constraints)) {
      if (node->constraint->contype == type) found.push_back({column, node->constraint});
    }
  }
  return found;
}

std::vector<RelationName> namedByDrop(const Look& look) {
  std::vector<RelationName> named;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return named;
  const PgQuery__DropStmt& drop = *look.tree.drop_stmt;
  for (const auto* object : tree::nodes(drop.n_objects, drop.objects)) {
    const auto name = tree::qualified(tree::stringsOf(object));
    named.push_back({name.schema, name.name});
  }
  return named;
}

const RelationLock* blocksWritesOf(const Look& look) {
  return firstLock(look, [](LockMode mode) { return blocksWrites(mode); });
}

const RelationLock* blocksReadsOf(const Look& look) {
  return firstLock(look, [](LockMode mode) { return blocksReads(mode); });
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string listed(const std::vector<RelationName>& objects) {
  std::vector<std::string> names;
  for (const RelationName& object : objects) names.push_back(object.text());
  return listed(names);
}

}  // namespace hotswap::analysis::postgres::rules
