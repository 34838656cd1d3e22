// What a statement has dropped is made anew, with what went with it.
#include "analysis/postgres/inverse/families.h"
#include "analysis/postgres/inverse/restore.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

bool isRelation(PgQuery__ObjectType type) {
  switch (type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: return true;
    default: return false;
  }
}

/// Types of objects that the schema's model doesn't hold.
bool isModelled(PgQuery__ObjectType type) {
  switch (type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
    case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT: return true;
    default: return isRelation(type);
  }
}

/// Without the database: whether everything that is dropped is known from the scripts before.
bool isKnown(const PgQuery__DropStmt& statement, WayBack& way) {
  const bool relations = isRelation(statement.remove_type);
  for (const auto* object : tree::nodes(statement.n_objects, statement.objects)) {
    const tree::QualifiedName name = tree::qualified(tree::stringsOf(object));
    const Relation* relation = relations ? way.before.lookUp(name.schema, name.name) : nullptr;
    if (relations && (relation == nullptr || !relation->known)) return false;
  }
  return relations || way.offers();
}

}  // namespace

bool invertDrop(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_DROP_STMT:
      if (!isModelled(statement.drop_stmt->remove_type)) {
        way.missDefinition("what it drops");
        return true;
      }
      restoreLost(way, statement.drop_stmt->concurrent != 0);
      if (!way.before.complete && !isKnown(*statement.drop_stmt, way)) way.missDefinition("what it drops");
      return true;
    case PG_QUERY__NODE__NODE_DROP_OWNED_STMT:
    case PG_QUERY__NODE__NODE_DROP_ROLE_STMT:
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
    case PG_QUERY__NODE__NODE_DROP_USER_MAPPING_STMT: way.missDefinition("what it drops"); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
