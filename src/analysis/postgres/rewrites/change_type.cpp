#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/types.h"
#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"
#include "db/session.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

constexpr std::size_t longestName = 63;

bool has(const std::vector<std::string>& columns, const std::string& name) {
  return std::ranges::find(columns, name) != columns.end();
}

bool anyReads(const std::vector<Source>& sources, ObjectId table, const std::string& name) {
  return std::ranges::any_of(
      sources, [&](const Source& source) { return source.relation == table && has(source.columns, name); });
}

bool isIndexed(const Relation& table, const std::string& name, const KnownSchema& schema) {
  return std::ranges::any_of(schema.indexesOf(table.id), [&](const Relation* index) {
    return has(index->index.keys, name) || has(index->index.included, name) || has(index->index.reads, name);
  });
}

/// Whether a column is there for its own sake alone: what hangs on it would go away with it.
bool standsAlone(const Relation& table, const Column& column, const KnownSchema& schema) {
  const std::string& name = column.name;
  if (column.hasDefault || column.generated || column.identity != ' ' || column.storage != ' ') return false;
  if (!column.local || column.inherited > 0 || isIndexed(table, name, schema)) return false;
  const auto sequences = schema.sequencesOf(table.id);
  if (std::ranges::find(sequences, name, &Relation::ownerColumn) != sequences.end()) return false;
  return std::ranges::none_of(table.constraints, [&](const auto& each) { return has(each.columns, name); }) &&
         std::ranges::none_of(table.triggers, [&](const auto& each) { return has(each.columns, name); }) &&
         std::ranges::none_of(table.statistics, [&](const auto& each) { return has(each.columns, name); }) &&
         std::ranges::none_of(table.columns, [&](const auto& each) { return has(each.computedFrom, name); }) &&
         std::ranges::none_of(schema.referringTo(table.id), [&](const Relation* other) {
           return anyReads(other->sources, table.id, name) ||
                  std::ranges::any_of(other->policies,
                                      [&](const auto& each) { return anyReads(each.sources, table.id, name); }) ||
                  std::ranges::any_of(other->rules,
                                      [&](const auto& each) { return anyReads(each.sources, table.id, name); });
         });
}

PgQuery__ColumnDef* definitionOf(const PgQuery__ColumnDef& wanted, const std::string& name, Draft& draft) {
  PgQuery__ColumnDef* made =
      draft.trees.parse("ALTER TABLE t ADD COLUMN c int")->alter_table_stmt->cmds[0]->alter_table_cmd->def->column_def;
  made->colname = draft.trees.text(name);
  made->type_name = wanted.type_name;
  made->coll_clause = wanted.coll_clause;
  return made;
}

/// The new value of a row, from its old one.
PgQuery__Node* conversionOf(const PgQuery__ColumnDef& wanted, const std::string& column, Draft& draft) {
  if (wanted.raw_default != nullptr) return draft.trees.copy(*wanted.raw_default);
  PgQuery__Node* cast = draft.trees.parseExpression("c::int");
  cast->type_cast->arg->column_ref->fields[0] = draft.trees.string(column);
  cast->type_cast->type_name = wanted.type_name;
  return cast;
}

/// The same inside of a trigger: columns are those of the new row.
std::string conversionInTrigger(const PgQuery__Node& conversion, Draft& draft) {
  PgQuery__Node* made = draft.trees.copy(conversion);
  tree::change(made->base, [&](ProtobufCMessage& message) {
    if (message.descriptor != &pg_query__column_ref__descriptor) return;
    auto& reference = reinterpret_cast<PgQuery__ColumnRef&>(message);
    reference.fields = draft.trees.list({draft.trees.string("new"), reference.fields[reference.n_fields - 1]});
    reference.n_fields = 2;
  });
  return textOf(*made);
}

/// Names of what is there while the change goes on.
struct Names {
  std::string column;
  std::string trigger;   ///< comes behind all others in the order in which they fire
  std::string function;  ///< without its schema
};

std::vector<PgQuery__Node*> startSync(const PgQuery__AlterTableStmt& statement, const Names& names,
                                      const std::string& conversion, const Relation& table, Draft& draft) {
  PgQuery__Node* function = draft.trees.parse("CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'x'");
  PgQuery__CreateFunctionStmt& create = *function->create_function_stmt;
  create.funcname = draft.trees.list({draft.trees.string(table.schema), draft.trees.string(names.function)});
  for (PgQuery__Node* option : tree::nodes(create.n_options, create.options)) {
    if (std::string_view(option->def_elem->defname) != "as") continue;
    option->def_elem->arg->list->items[0] = draft.trees.string(
        fmt::format("BEGIN NEW.{} := {}; RETURN NEW; END", db::quoteIdentifier(names.column), conversion));
  }
  PgQuery__Node* trigger =
      draft.trees.parse("CREATE TRIGGER g BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION s.f()");
  trigger->create_trig_stmt->trigname = draft.trees.text(names.trigger);
  trigger->create_trig_stmt->relation = draft.trees.shallow(*statement.relation);
  trigger->create_trig_stmt->funcname = create.funcname;
  return {function, trigger};
}

std::vector<PgQuery__Node*> endSync(const PgQuery__AlterTableStmt& statement, const Names& names, const Relation& table,
                                    Draft& draft) {
  PgQuery__Node* trigger = draft.trees.parse("DROP TRIGGER g ON t");
  std::vector<PgQuery__Node*> path;
  if (*statement.relation->schemaname != '\0') path.push_back(draft.trees.string(statement.relation->schemaname));
  path.push_back(draft.trees.string(statement.relation->relname));
  path.push_back(draft.trees.string(names.trigger));
  PgQuery__List* list = trigger->drop_stmt->objects[0]->list;
  list->n_items = path.size();
  list->items = draft.trees.list(path);
  PgQuery__Node* function = draft.trees.parse("DROP FUNCTION s.f()");
  function->drop_stmt->objects[0]->object_with_args->objname =
      draft.trees.list({draft.trees.string(table.schema), draft.trees.string(names.function)});
  return {trigger, function};
}

PgQuery__Node* fill(const PgQuery__RangeVar& table, const std::string& column, const Names& names,
                    PgQuery__Node* conversion, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("UPDATE t SET c = 1 WHERE c IS NULL AND d IS NOT NULL");
  PgQuery__UpdateStmt& update = *node->update_stmt;
  update.relation = draft.trees.shallow(table);
  update.target_list[0]->res_target->name = draft.trees.text(names.column);
  update.target_list[0]->res_target->val = conversion;
  PgQuery__Node** sides = update.where_clause->bool_expr->args;
  sides[0]->null_test->arg->column_ref->fields[0] = draft.trees.string(names.column);
  sides[1]->null_test->arg->column_ref->fields[0] = draft.trees.string(column);
  return node;
}

/// The new column takes the place of the old one.
void swap(const PgQuery__AlterTableStmt& statement, const std::string& column, const Names& names,
          const Relation& table, Draft& draft) {
  std::vector<PgQuery__Node*> step = endSync(statement, names, table, draft);
  PgQuery__Node* drop = alter(statement, {action("ALTER TABLE t DROP COLUMN c", column, draft)}, draft);
  draft.say(drop, "hotswap: allow drop-column reason=\"its values stand in the new column\"");
  PgQuery__Node* rename = draft.trees.parse("ALTER TABLE t RENAME COLUMN c TO d");
  rename->rename_stmt->relation = draft.trees.shallow(*statement.relation);
  rename->rename_stmt->subname = draft.trees.text(names.column);
  rename->rename_stmt->newname = draft.trees.text(column);
  draft.say(rename, "hotswap: allow rename-column reason=\"it takes the place of the old one\"");
  step.push_back(drop);
  step.push_back(rename);
  draft.step(step);
}

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType);
  if (command == nullptr || !anyOfOthers(given.effects.rewrites, given)) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* table = relationOf(given, *statement.relation);
  const Column* column = table == nullptr ? nullptr : table->column(command->name);
  if (column == nullptr || table->kind != RelationKind::Table || !table->parents.empty() || !table->typedBy.empty())
    return false;
  if (!given.before.childrenOf(table->id).empty() || !standsAlone(*table, *column, given.before)) return false;
  if (column->notNull && !trustsChecks(given)) return false;
  // A column of a domain with constraints is held against them at once, and written anew therefore.
  const PgQuery__ColumnDef& wanted = *command->def->column_def;
  if (hasConstraints(typeOf(*wanted.type_name, given.before), given.before)) return false;
  const std::string stem = table->name + "_" + column->name;
  const Names names{.column = column->name + "_new", .trigger = "zz_" + stem + "_sync", .function = stem + "_sync"};
  if (table->column(names.column) != nullptr || std::max(names.trigger.size(), names.column.size()) > longestName)
    return false;
  PgQuery__Node* conversion = conversionOf(wanted, column->name, draft);

  PgQuery__AlterTableCmd* add = action("ALTER TABLE t ADD COLUMN c int", "", draft);
  add->def->column_def = definitionOf(wanted, names.column, draft);
  PgQuery__Node* addColumn = alter(statement, {add}, draft);
  draft.say(addColumn,
            "The column comes to stand behind all others; comments and grants of its own have to be repeated.");
  std::vector<PgQuery__Node*> first{addColumn};
  std::ranges::copy(startSync(statement, names, conversionInTrigger(*conversion, draft), *table, draft),
                    std::back_inserter(first));
  draft.step(first);
  draft.stepInBatches(fill(*statement.relation, column->name, names, conversion, draft), batchKey(table));
  if (column->notNull) stepsToNotNull(statement, names.column, given, draft);
  swap(statement, column->name, names, *table, draft);
  return true;
}

}  // namespace

const Rewrite changeType{.id = "change-type", .rules = {"change-type-rewrites"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
