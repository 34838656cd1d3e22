#include <algorithm>
#include <string>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/postgres_tree.h"
#include "db/session.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

/// A column definition taken apart: the column as it can be added in a moment, and what has to be seen to afterwards.
struct Parts {
  PgQuery__ColumnDef* column = nullptr;
  PgQuery__Node* filling = nullptr;  ///< the default that each row needs a value of
  bool required = false;             ///< NOT NULL
};

Parts partsOf(const PgQuery__ColumnDef& definition, Draft& draft) {
  Parts parts{.column = draft.trees.shallow(definition)};
  std::vector<PgQuery__Node*> kept;
  for (PgQuery__Node* node : tree::nodes(definition.n_constraints, definition.constraints)) {
    const PgQuery__Constraint& constraint = *node->constraint;
    if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) {
      parts.required = true;
    } else if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT) {
      parts.filling = constraint.raw_expr;
    } else {
      kept.push_back(node);
    }
  }
  parts.column->n_constraints = kept.size();
  parts.column->constraints = draft.trees.list(kept);
  return parts;
}

/// The sequence that a serial column gets of its own.
const Relation* madeSequence(const Given& given, const PgQuery__AlterTableStmt& statement) {
  const Relation* table = relationAfter(given, *statement.relation);
  if (table == nullptr) return nullptr;
  for (const Relation* sequence : given.after.sequencesOf(table->id)) {
    if (given.before.find(sequence->id) == nullptr) return sequence;
  }
  return nullptr;
}

/// `int` for `serial`, and so on.
PgQuery__TypeName* integerFor(const PgQuery__TypeName& serial, Draft& draft) {
  const std::string name = tree::stringsOf(tree::nodes(serial.n_names, serial.names)).back();
  const std::string_view statement = name.starts_with("big") || name == "serial8"     ? "SELECT NULL::bigint"
                                     : name.starts_with("small") || name == "serial2" ? "SELECT NULL::smallint"
                                                                                      : "SELECT NULL::int";
  return draft.trees.parse(statement)->select_stmt->target_list[0]->res_target->val->type_cast->type_name;
}

PgQuery__Node* createSequence(const Relation& sequence, PgQuery__TypeName* type, const Given& given, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("CREATE SEQUENCE s AS int");
  node->create_seq_stmt->sequence = rangeOf(sequence, given.after, draft);
  node->create_seq_stmt->options[0]->def_elem->arg->type_name = type;
  return node;
}

PgQuery__Node* ownSequence(const Relation& sequence, const PgQuery__RangeVar& table, const char* column,
                           const Given& given, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("ALTER SEQUENCE s OWNED BY c");
  node->alter_seq_stmt->sequence = rangeOf(sequence, given.after, draft);
  std::vector<PgQuery__Node*> names;
  if (*table.schemaname != '\0') names.push_back(draft.trees.string(table.schemaname));
  names.push_back(draft.trees.string(table.relname));
  names.push_back(draft.trees.string(column));
  PgQuery__List* owner = node->alter_seq_stmt->options[0]->def_elem->arg->list;
  owner->n_items = names.size();
  owner->items = draft.trees.list(names);
  return node;
}

/// A name as regclass reads it, in which keywords are names like any others.
std::string nameInText(std::string_view name) {
  const bool isPlain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos && name.front() > '9';
  return isPlain ? std::string(name) : db::quoteIdentifier(name);
}

PgQuery__Node* drawFrom(const Relation& sequence, const Given& given, Draft& draft) {
  const PgQuery__RangeVar* name = rangeOf(sequence, given.after, draft);
  PgQuery__Node* call = draft.trees.parseExpression("nextval('s')");
  std::string text = nameInText(name->relname);
  if (*name->schemaname != '\0') text = nameInText(name->schemaname) + "." + text;
  call->func_call->args[0]->a_const->sval->sval = draft.trees.text(text);
  return call;
}

PgQuery__AlterTableCmd* setDefault(const char* column, PgQuery__Node* value, Draft& draft) {
  PgQuery__AlterTableCmd* made = action("ALTER TABLE t ALTER COLUMN c SET DEFAULT 0", column, draft);
  made->def = value;
  return made;
}

/// `UPDATE table SET column = DEFAULT WHERE column IS NULL`.
PgQuery__Node* fill(const PgQuery__RangeVar& table, const char* column, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("UPDATE t SET c = DEFAULT WHERE c IS NULL");
  PgQuery__UpdateStmt& update = *node->update_stmt;
  update.relation = draft.trees.shallow(table);
  update.target_list[0]->res_target->name = draft.trees.text(column);
  update.where_clause->null_test->arg->column_ref->fields[0] = draft.trees.string(column);
  return node;
}

bool firesOnUpdate(const Relation* table) {
  return table != nullptr && std::ranges::any_of(table->triggers, [](const Trigger& trigger) {
           return trigger.onUpdate && trigger.perRow && trigger.columns.empty() && trigger.enabled != 'D';
         });
}

/// What the server does at once for a serial column, and in a moment.
std::vector<PgQuery__Node*> stepOfSerial(const Given& given, Parts& parts, Draft& draft) {
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* sequence = madeSequence(given, statement);
  if (sequence == nullptr) return {};
  parts.required = true;
  parts.column->type_name = integerFor(*parts.column->type_name, draft);
  parts.filling = drawFrom(*sequence, given, draft);
  return {createSequence(*sequence, parts.column->type_name, given, draft),
          ownSequence(*sequence, *statement.relation, parts.column->colname, given, draft)};
}

bool write(const Given& given, Draft& draft) {
  PgQuery__AlterTableCmd const* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn);
  if (command == nullptr || !anyOfOthers(given.effects.rewrites, given)) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* table = relationOf(given, *statement.relation);
  Parts parts = partsOf(*command->def->column_def, draft);
  const char* column = parts.column->colname;
  std::vector<PgQuery__Node*> first;
  if (tree::isSerial(*parts.column->type_name)) first = stepOfSerial(given, parts, draft);
  if (parts.filling == nullptr || (parts.required && !trustsChecks(given))) return false;
  PgQuery__AlterTableCmd* add = draft.trees.shallow(*command);
  add->def = draft.trees.shallow(*command->def);
  add->def->column_def = parts.column;
  PgQuery__Node* addColumn = alter(statement, {add, setDefault(column, parts.filling, draft)}, draft);
  // A type or an expression of its own may want the table written anew, whatever the default is.
  if (!effectsOf(*alter(statement, {add}, draft), given.before).rewrites.empty()) return false;
  if (first.empty()) {
    draft.step({addColumn});
  } else {
    draft.step({first[0], addColumn, first[1]});
  }
  PgQuery__Node* filling = fill(*statement.relation, column, draft);
  if (firesOnUpdate(table)) draft.say(filling, "Triggers on UPDATE fire for each row that is filled.");
  draft.stepInBatches(filling, batchKey(table));
  if (parts.required) stepsToNotNull(statement, column, given, draft);
  return true;
}

}  // namespace

const Rewrite addColumn{.id = "add-column", .rules = {"add-column-rewrites"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
