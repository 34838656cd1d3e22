// The old name, schema or owner is given back.
#include "analysis/postgres/inverse/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;

/// A list of names (or a function) with another last part, and another schema where one is given.
PgQuery__Node* renamed(const PgQuery__Node& object, const std::string& name, const std::string& schema,
                       std::string& oldName, std::string& oldSchema, Trees& trees) {
  const bool function = object.node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS;
  const std::vector<std::string> path =
      function ? tree::stringsOf(tree::nodes(object.object_with_args->n_objname, object.object_with_args->objname))
               : tree::stringsOf(&object);
  if (path.empty()) return nullptr;
  const tree::QualifiedName old = tree::qualified(path);
  oldName = old.name;
  oldSchema = old.schema;
  std::vector<PgQuery__Node*> parts;
  const std::string& inSchema = schema.empty() ? old.schema : schema;
  if (!inSchema.empty()) parts.push_back(trees.string(inSchema));
  parts.push_back(trees.string(name.empty() ? old.name : name));
  if (function) {
    auto* again = trees.copy(*object.object_with_args);
    again->n_objname = parts.size();
    again->objname = trees.list(parts);
    return trees.node(again);
  }
  auto* list = trees.make(pg_query__list__init);
  list->n_items = parts.size();
  list->items = trees.list(parts);
  return trees.node(list);
}

/// The relation that a statement names, as it was before; nullptr where the statement does nothing.
const Relation* relationOf(const PgQuery__RangeVar& range, WayBack& way) {
  return way.before.lookUp(range.schemaname, range.relname);
}

bool isPart(Object type) {
  switch (type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE: return true;
    default: return false;
  }
}

void invert(const PgQuery__RenameStmt& rename, WayBack& way) {
  auto* back = way.trees.copy(rename);
  back->missing_ok = 0;
  if (rename.relation != nullptr) {
    const Relation* relation = relationOf(*rename.relation, way);
    const bool attribute = rename.rename_type == Object::PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE;
    if (relation == nullptr && !attribute) {
      if (rename.missing_ok == 0 || !way.before.complete) way.lose("What it renames is not known.");
      return;
    }
    if (isPart(rename.rename_type)) {
      back->subname = rename.newname;
      back->newname = rename.subname;
    } else {
      back->relation = way.trees.copy(*rename.relation);
      back->relation->schemaname = way.trees.text(relation->schema);
      back->relation->relname = rename.newname;
      back->newname = way.trees.text(relation->name);
    }
    return way.run(way.trees.node(back));
  }
  switch (rename.rename_type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ROLE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABLESPACE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
      back->subname = rename.newname;
      back->newname = rename.subname;
      return way.run(way.trees.node(back));
    default: break;
  }
  std::string name;
  std::string schema;
  if (rename.object == nullptr) return way.lose("What it renames is not known.");
  back->object = renamed(*rename.object, rename.newname, {}, name, schema, way.trees);
  if (rename.object->node_case == PG_QUERY__NODE__NODE_STRING) back->object = way.trees.string(rename.newname);
  if (back->object == nullptr) return way.lose("What it renames is not known.");
  back->newname = way.trees.text(name);
  way.run(way.trees.node(back));
}

void invert(const PgQuery__AlterObjectSchemaStmt& move, WayBack& way) {
  auto* back = way.trees.copy(move);
  back->missing_ok = 0;
  if (move.relation != nullptr) {
    const Relation* relation = relationOf(*move.relation, way);
    if (relation == nullptr || relation->schema.empty()) {
      if (relation != nullptr || move.missing_ok == 0 || !way.before.complete)
        way.lose("In which schema it was is not known.");
      return;
    }
    if (relation->schema == move.newschema) return;
    back->relation = way.trees.copy(*move.relation);
    back->relation->schemaname = move.newschema;
    back->newschema = way.trees.text(relation->schema);
    return way.run(way.trees.node(back));
  }
  std::string name;
  std::string schema;
  if (move.object == nullptr) return way.lose("What it moves is not known.");
  if (move.object_type == Object::PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION)
    return way.missDefinition("the schema of the extension");
  back->object = renamed(*move.object, {}, move.newschema, name, schema, way.trees);
  if (back->object == nullptr) return way.lose("What it moves is not known.");
  if (schema.empty()) {
    const Type* type = way.before.type({}, name);
    const Routine* routine = way.before.routine({}, name);
    const bool function = move.object->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS;
    if (function && routine != nullptr) schema = routine->schema;
    if (!function && type != nullptr) schema = type->schema;
    if (schema.empty() && way.before.complete && !way.before.searchPath.empty() && !function)
      schema = way.before.searchPath.front();
  }
  if (schema.empty()) return way.lose("In which schema it was is not known.");
  if (schema == move.newschema) return;
  back->newschema = way.trees.text(schema);
  way.run(way.trees.node(back));
}

}  // namespace

bool invertRename(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_RENAME_STMT: invert(*statement.rename_stmt, way); return true;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT: invert(*statement.alter_object_schema_stmt, way); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
