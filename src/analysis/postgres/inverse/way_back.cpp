#include "analysis/postgres/inverse/way_back.h"

#include <algorithm>
#include <utility>

#include "db/postgres/parse_tree.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr auto addConstraintAction = PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint;

/// The constraint as far as the schema alone tells it; nullptr where that is not enough.
PgQuery__Constraint* fromSchema(const Constraint& constraint, const KnownSchema& schema, Trees& trees) {
  const bool key = constraint.kind == Constraint::Kind::PrimaryKey || constraint.kind == Constraint::Kind::Unique;
  if (!key || constraint.deferrable || constraint.columns.empty()) return nullptr;
  auto* made = trees.make(pg_query__constraint__init);
  made->contype = constraint.kind == Constraint::Kind::PrimaryKey ? PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY
                                                                  : PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE;
  made->conname = trees.text(constraint.name);
  std::vector<PgQuery__Node*> keys;
  for (const std::string& column : constraint.columns) keys.push_back(trees.string(column));
  made->n_keys = keys.size();
  made->keys = trees.list(keys);
  if (const Relation* index = schema.find(constraint.index)) {
    std::vector<PgQuery__Node*> included;
    for (const std::string& column : index->index.included) included.push_back(trees.string(column));
    made->n_including = included.size();
    made->including = trees.list(included);
  }
  return made;
}

}  // namespace

PgQuery__ObjectType objectTypeOf(const Relation& relation) {
  switch (relation.kind) {
    case RelationKind::Index:
    case RelationKind::PartitionedIndex: return PG_QUERY__OBJECT_TYPE__OBJECT_INDEX;
    case RelationKind::View: return PG_QUERY__OBJECT_TYPE__OBJECT_VIEW;
    case RelationKind::MaterializedView: return PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
    case RelationKind::Sequence: return PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE;
    case RelationKind::ForeignTable: return PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE;
    case RelationKind::CompositeType: return PG_QUERY__OBJECT_TYPE__OBJECT_TYPE;
    default: return PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
  }
}

void WayBack::run(PgQuery__Node* statement) {
  std::string sql = deparsed(*statement);
  // The deparser has gaps.
  if (sql.empty() || !db::postgres::readStatement(sql, [](const PgQuery__Node&) {}))
    return lose("Its way back can't be written.");
  inverse_.statements.push_back(std::move(sql));
}

void WayBack::run(const Definition& definition) { inverse_.statements.emplace_back(definition.sql); }

void WayBack::lose(std::string sentence) {
  if (std::ranges::find(inverse_.losses, sentence) == inverse_.losses.end())
    inverse_.losses.push_back(std::move(sentence));
}

void WayBack::missDefinition(const std::string& of) {
  lose("How " + of + " was defined before is not known" +
       (before.complete ? "." : " without the database, or the scripts that made it."));
}

PgQuery__AlterTableCmd* WayBack::action(PgQuery__AlterTableType type, std::string_view name,
                                        PgQuery__Node* definition) {
  auto* command = trees.make(pg_query__alter_table_cmd__init);
  command->subtype = type;
  command->name = trees.text(name);
  command->def = definition;
  command->behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
  return command;
}

void WayBack::alter(const Relation& relation, PgQuery__AlterTableCmd* command, bool only) {
  auto* statement = trees.make(pg_query__alter_table_stmt__init);
  statement->relation = trees.range(relation, only && relation.isTable());
  statement->objtype = objectTypeOf(relation);
  statement->n_cmds = 1;
  statement->cmds = trees.list({trees.node(command)});
  run(trees.node(statement));
}

void WayBack::drop(PgQuery__ObjectType type, PgQuery__Node* object, bool concurrently) {
  auto* statement = trees.make(pg_query__drop_stmt__init);
  statement->n_objects = 1;
  statement->objects = trees.list({object});
  statement->remove_type = type;
  statement->behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
  statement->concurrent = concurrently ? 1 : 0;
  run(trees.node(statement));
}

void WayBack::drop(PgQuery__ObjectType type, const Relation& relation, bool concurrently) {
  drop(type, trees.names({relation.schema, relation.name}), concurrently);
}

void WayBack::setDefault(const Relation& table, const std::string& column, bool only) {
  const Column* was = table.column(column);
  PgQuery__Node* expression = nullptr;
  if (was != nullptr && was->hasDefault) {
    expression = const_cast<PgQuery__Node*>(definitions.columnDefault(table, column));
    if (expression == nullptr) return missDefinition("the default of " + nameOf(table).text() + "." + column);
  } else if (was == nullptr || !table.known) {
    return missDefinition("the default of " + nameOf(table).text() + "." + column);
  }
  alter(table, action(PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault, column, expression), only);
}

void WayBack::addConstraint(const Relation& table, const Constraint& constraint, bool validated) {
  const PgQuery__Constraint* known = definitions.constraint(table, constraint.name);
  auto* made = known == nullptr ? fromSchema(constraint, before, trees) : trees.copy(*known);
  if (made == nullptr) return missDefinition("the constraint " + constraint.name + " of " + nameOf(table).text());
  made->skip_validation = validated ? 0 : 1;
  made->initially_valid = validated ? 1 : 0;
  alter(table, action(addConstraintAction, {}, trees.node(made)));
}

void WayBack::makeIndex(const Relation& index, bool concurrently) {
  const Relation* table = before.find(index.index.table);
  const Definition* known = table == nullptr ? nullptr : definitions.index(*table, index.name);
  if (known == nullptr) return missDefinition("the index " + nameOf(index).text());
  auto* made = trees.copy(*known->tree->index_stmt);
  made->concurrent = concurrently ? 1 : 0;
  made->if_not_exists = 0;
  // A dump makes the index of a partitioned table alone, and attaches those of partitions.
  if (index.kind == RelationKind::PartitionedIndex) {
    made->relation = trees.copy(*made->relation);
    made->relation->inh = 1;
  }
  run(trees.node(made));
}

}  // namespace hotswap::analysis::postgres
