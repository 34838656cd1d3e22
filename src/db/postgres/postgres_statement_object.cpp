#include <string>
#include <utility>

#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

void need(Statement& statement, ObjectReference object, bool ifExists = false) {
  object.ifExists = ifExists;
  if (object.kind != Kind::Other && !object.name.empty()) statement.needs.push_back(std::move(object));
}

void describeDrop(const PgQuery__DropStmt& drop, Statement& statement) {
  statement.kind = "DROP " + std::string(nameOf(drop.remove_type));
  statement.destructive = true;
  statement.opaque = drop.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  for (const auto* node : nodes(drop.n_objects, drop.objects)) {
    ObjectReference object = objectOf(drop.remove_type, node);
    object.ifExists = drop.missing_ok != 0;
    statement.drops.push_back(std::move(object));
  }
  if (drop.concurrent == 0) return;
  statement.transactional = false;
  statement.lockClass = LockClass::Weak;
  if (statement.drops.size() == 1) {
    const ObjectReference& index = statement.drops.front();
    statement.concurrentBuild = ConcurrentBuild{ConcurrentBuild::Kind::Drop, index.schema, {}, index.name};
  }
}

/// What a RENAME renames: the object itself, or a part of a relation.
ObjectReference renamed(const PgQuery__RenameStmt& rename) {
  switch (rename.rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
      return partOf(relation(*rename.relation), Kind::Column, rename.subname);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      return partOf(relation(*rename.relation), Kind::Constraint, rename.subname);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      return partOf(relation(*rename.relation), Kind::Trigger, rename.subname);
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
    case PG_QUERY__OBJECT_TYPE__OBJECT_RULE: return partOf(relation(*rename.relation), Kind::Other, rename.subname);
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT: return reference(Kind::Other, {"", rename.subname});
    default: break;
  }
  if (rename.relation != nullptr) return relation(*rename.relation, kindOf(rename.rename_type));
  if (rename.object != nullptr) return objectOf(rename.rename_type, rename.object);
  return reference(kindOf(rename.rename_type), {"", rename.subname});
}

void describeRename(const PgQuery__RenameStmt& rename, Statement& statement) {
  const bool isPart = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN;
  statement.kind = "ALTER " + std::string(nameOf(isPart ? rename.relation_type : rename.rename_type));
  statement.destructive = true;
  ObjectReference before = renamed(rename);
  ObjectReference after = before;
  before.ifExists = rename.missing_ok != 0;
  after.name = rename.newname;
  if (rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX) statement.lockClass = LockClass::Weak;
  if (!before.table.empty()) need(statement, relation(*rename.relation), before.ifExists);
  statement.drops.push_back(std::move(before));
  statement.makes.push_back(std::move(after));
}

void describeMove(const PgQuery__AlterObjectSchemaStmt& move, Statement& statement) {
  statement.kind = "ALTER " + std::string(nameOf(move.object_type));
  statement.destructive = true;
  ObjectReference before = move.relation != nullptr ? relation(*move.relation, kindOf(move.object_type))
                                                    : objectOf(move.object_type, move.object);
  ObjectReference after = before;
  before.ifExists = move.missing_ok != 0;
  after.schema = move.newschema;
  need(statement, reference(Kind::Schema, {"", move.newschema}));
  statement.drops.push_back(std::move(before));
  statement.makes.push_back(std::move(after));
}

void describeGrant(const PgQuery__GrantStmt& grant, Statement& statement) {
  statement.kind = grant.is_grant != 0 ? "GRANT" : "REVOKE";
  if (grant.targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_ALL_IN_SCHEMA) {
    for (const std::string& schema : stringsOf(nodes(grant.n_objects, grant.objects)))
      need(statement, reference(Kind::Schema, {"", schema}));
    return;
  }
  for (const auto* node : nodes(grant.n_objects, grant.objects)) need(statement, objectOf(grant.objtype, node));
}

}  // namespace

bool describeObject(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_DROP_STMT: describeDrop(*node.drop_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_RENAME_STMT: describeRename(*node.rename_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      describeMove(*node.alter_object_schema_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT: {
      const auto& owner = *node.alter_owner_stmt;
      statement.kind = "ALTER " + std::string(nameOf(owner.object_type));
      need(statement,
           owner.relation != nullptr ? relation(*owner.relation) : objectOf(owner.object_type, owner.object));
      return true;
    }
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_DEPENDS_STMT:
      statement.kind = "ALTER " + std::string(nameOf(node.alter_object_depends_stmt->object_type));
      return true;
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      statement.kind = "COMMENT";
      statement.lockClass = LockClass::Weak;
      need(statement, objectOf(node.comment_stmt->objtype, node.comment_stmt->object));
      return true;
    case PG_QUERY__NODE__NODE_SEC_LABEL_STMT:
      statement.kind = "SECURITY LABEL";
      need(statement, objectOf(node.sec_label_stmt->objtype, node.sec_label_stmt->object));
      return true;
    case PG_QUERY__NODE__NODE_GRANT_STMT: describeGrant(*node.grant_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT: statement.kind = "ALTER DEFAULT PRIVILEGES"; return true;
    case PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT: statement.kind = "REASSIGN OWNED"; return true;
    case PG_QUERY__NODE__NODE_DROP_OWNED_STMT:
      statement.kind = "DROP OWNED";
      statement.destructive = true;
      statement.opaque = true;
      return true;
    default: return false;
  }
}

}  // namespace hotswap::db::postgres
