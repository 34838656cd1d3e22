#include <algorithm>
#include <string>
#include <utility>

#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

void needTables(Statement& statement, const ProtobufCMessage& message) {
  for (ObjectReference& table : tablesIn(message)) statement.needs.push_back(std::move(table));
}

bool isRowChange(const ProtobufCMessage& message) {
  return message.descriptor == &pg_query__insert_stmt__descriptor ||
         message.descriptor == &pg_query__update_stmt__descriptor ||
         message.descriptor == &pg_query__delete_stmt__descriptor ||
         message.descriptor == &pg_query__merge_stmt__descriptor;
}

bool isRowRemoval(const ProtobufCMessage& message) {
  if (message.descriptor == &pg_query__delete_stmt__descriptor) return true;
  return message.descriptor == &pg_query__merge_when_clause__descriptor &&
         reinterpret_cast<const PgQuery__MergeWhenClause&>(message).command_type == PG_QUERY__CMD_TYPE__CMD_DELETE;
}

bool isRowLock(const ProtobufCMessage& message) { return message.descriptor == &pg_query__locking_clause__descriptor; }

bool setsSearchPath(const ProtobufCMessage& message) {
  if (message.descriptor != &pg_query__func_call__descriptor) return false;
  const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(message);
  if (qualified(stringsOf(nodes(call.n_funcname, call.funcname))).name != "set_config" || call.n_args == 0)
    return false;
  const PgQuery__Node& setting = *call.args[0];
  // Where the name of the setting isn't written out it may be any.
  if (setting.node_case != PG_QUERY__NODE__NODE_A_CONST || setting.a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL)
    return true;
  const std::string name = toLower(setting.a_const->sval->sval);
  return name == "search_path" || name == "role" || name == "session_authorization";
}

/// What holds for every query: it may hide changes in WITH and in functions.
void describeQuery(const ProtobufCMessage& query, Statement& statement) {
  bool locksRows = false;
  walk(query, [&](const ProtobufCMessage& below) {
    statement.opaque = statement.opaque || isUnknownCall(below);
    statement.setsSearchPath = statement.setsSearchPath || setsSearchPath(below);
    statement.changesData = statement.changesData || isRowChange(below);
    statement.destructive = statement.destructive || isRowRemoval(below);
    locksRows = locksRows || isRowLock(below);
    return true;
  });
  statement.lockClass = statement.changesData || locksRows ? LockClass::Data : LockClass::None;
  needTables(statement, query);
}

void needColumns(Statement& statement, const PgQuery__RangeVar& table, Nodes targets) {
  for (const auto* target : targets) {
    if (target->node_case != PG_QUERY__NODE__NODE_RES_TARGET || *target->res_target->name == '\0') continue;
    statement.needs.push_back(partOf(relation(table), Kind::Column, target->res_target->name));
  }
}

void makeRelation(Statement& statement, const PgQuery__RangeVar& range, Kind kind, bool ifExists) {
  ObjectReference made = relation(range, kind);
  made.ifExists = ifExists;
  statement.makes.push_back(std::move(made));
}

/// CREATE TABLE AS and SELECT INTO: a new relation filled while sources can be read and written.
void describeFilled(const PgQuery__RangeVar& into, Kind kind, bool ifExists, Statement& statement) {
  makeRelation(statement, into, kind, ifExists);
  statement.additive = !statement.changesData && !statement.opaque;
  if (!statement.changesData) statement.lockClass = LockClass::Weak;
}

void describeSelect(const PgQuery__SelectStmt& select, Statement& statement) {
  statement.kind = "SELECT";
  describeQuery(select.base, statement);
  const PgQuery__SelectStmt* first = &select;
  while (first->larg != nullptr) first = first->larg;
  if (first->into_clause == nullptr) return;
  statement.kind = "SELECT INTO";
  describeFilled(*first->into_clause->rel, Kind::Table, false, statement);
}

void describeCreateAs(const PgQuery__CreateTableAsStmt& create, Statement& statement) {
  const bool isView = create.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  statement.kind = isView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  describeQuery(create.query->base, statement);
  if (create.query->node_case == PG_QUERY__NODE__NODE_EXECUTE_STMT) statement.opaque = true;
  describeFilled(*create.into->rel, isView ? Kind::View : Kind::Table, create.if_not_exists != 0, statement);
}

void describeView(const PgQuery__ViewStmt& view, Statement& statement) {
  statement.kind = "CREATE VIEW";
  needTables(statement, view.query->base);
  const ObjectReference made = relation(*view.view, Kind::View);
  std::erase_if(statement.needs,
                [&](const ObjectReference& table) { return table.schema == made.schema && table.name == made.name; });
  makeRelation(statement, *view.view, Kind::View, view.replace != 0);
  statement.additive = view.replace == 0;
}

void describeCopy(const PgQuery__CopyStmt& copy, Statement& statement) {
  statement.kind = "COPY";
  if (copy.query != nullptr) describeQuery(copy.query->base, statement);
  if (copy.relation != nullptr) {
    const ObjectReference table = relation(*copy.relation);
    statement.needs.push_back(table);
    for (const std::string& column : stringsOf(nodes(copy.n_attlist, copy.attlist))) {
      statement.needs.push_back(partOf(table, Kind::Column, column));
    }
    statement.lockClass = copy.is_from != 0 ? LockClass::Data : LockClass::None;
  }
  statement.changesData = statement.changesData || copy.is_from != 0;
  // A file or a program of the server's host.
  statement.opaque = statement.opaque || copy.is_program != 0 || (copy.is_from == 0 && *copy.filename != '\0');
  statement.clientCopy = *copy.filename == '\0';
}

void describeExplain(const PgQuery__ExplainStmt& explain, Statement& statement) {
  // EXPLAIN ANALYZE runs what it explains.
  Statement explained;
  describe(*explain.query, explained);
  if (optionOn(nodes(explain.n_options, explain.options), "analyze")) {
    explained.sql = std::move(statement.sql);
    explained.offset = statement.offset;
    explained.position = statement.position;
    statement = std::move(explained);
  } else {
    statement.lockClass = LockClass::None;
    statement.needs = std::move(explained.needs);
  }
  statement.kind = "EXPLAIN";
}

void describeRows(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
      statement.kind = "INSERT";
      describeQuery(node.insert_stmt->base, statement);
      needColumns(statement, *node.insert_stmt->relation, nodes(node.insert_stmt->n_cols, node.insert_stmt->cols));
      break;
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
      statement.kind = "UPDATE";
      describeQuery(node.update_stmt->base, statement);
      needColumns(statement, *node.update_stmt->relation,
                  nodes(node.update_stmt->n_target_list, node.update_stmt->target_list));
      break;
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      statement.kind = "DELETE";
      describeQuery(node.delete_stmt->base, statement);
      break;
    default:
      statement.kind = "MERGE";
      describeQuery(node.merge_stmt->base, statement);
      break;
  }
}

void describeTruncate(const PgQuery__TruncateStmt& truncate, Statement& statement) {
  statement.kind = "TRUNCATE TABLE";
  statement.changesData = true;
  statement.destructive = true;
  statement.opaque = truncate.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  for (const auto* table : nodes(truncate.n_relations, truncate.relations)) {
    statement.needs.push_back(relation(*table->range_var));
  }
}

/// A statement under a name; EXECUTE runs one that was prepared elsewhere.
void describePrepared(const PgQuery__Node& node, Statement& statement) {
  if (node.node_case == PG_QUERY__NODE__NODE_EXECUTE_STMT) {
    statement.kind = "EXECUTE";
    statement.changesData = true;
    statement.opaque = true;
    return;
  }
  Statement prepared;
  describe(*node.prepare_stmt->query, prepared);
  statement.kind = "PREPARE";
  statement.lockClass = LockClass::None;
  statement.needs = std::move(prepared.needs);
}

}  // namespace

bool describeData(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT: describeSelect(*node.select_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT: describeRows(node, statement); return true;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      describeCreateAs(*node.create_table_as_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_VIEW_STMT: describeView(*node.view_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_COPY_STMT: describeCopy(*node.copy_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT: describeExplain(*node.explain_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT: describeTruncate(*node.truncate_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_PREPARE_STMT:
    case PG_QUERY__NODE__NODE_EXECUTE_STMT: describePrepared(node, statement); return true;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      statement.kind = "REFRESH MATERIALIZED VIEW";
      statement.needs.push_back(relation(*node.refresh_mat_view_stmt->relation, Kind::View));
      if (node.refresh_mat_view_stmt->concurrent != 0) statement.lockClass = LockClass::Weak;
      return true;
    case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
      statement.kind = "DECLARE CURSOR";
      describeQuery(node.declare_cursor_stmt->query->base, statement);
      return true;
    case PG_QUERY__NODE__NODE_DO_STMT:
      statement.kind = "DO";
      statement.changesData = true;
      statement.opaque = true;
      return true;
    case PG_QUERY__NODE__NODE_CALL_STMT:
      statement.kind = "CALL";
      statement.changesData = true;
      statement.opaque = true;
      statement.needs.push_back(reference(
          Kind::Function,
          qualified(stringsOf(nodes(node.call_stmt->funccall->n_funcname, node.call_stmt->funccall->funcname)))));
      return true;
    default: return false;
  }
}

}  // namespace hotswap::db::postgres
