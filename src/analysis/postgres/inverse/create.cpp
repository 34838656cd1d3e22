// What a statement has made is dropped.
#include <algorithm>

#include "analysis/postgres/inverse/families.h"
#include "analysis/postgres/inverse/restore_part.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;

class Creation {
 public:
  explicit Creation(WayBack& way) : way_(way) {}

  /// A relation is there now that was not there before: drops it, where the statement has made it.
  void relation(const PgQuery__RangeVar& range, bool ifNotExists) {
    const Relation* made = way_.after.lookUp(range.schemaname, range.relname);
    if (made == nullptr) return way_.lose("What it makes is not known.");
    if (way_.before.find(made->id) != nullptr) return;  // it was there before
    unsure(ifNotExists, made->name);
    way_.drop(objectTypeOf(*made), *made);
  }

  void view(const PgQuery__ViewStmt& statement) {
    const Relation* old = way_.before.lookUp(statement.view->schemaname, statement.view->relname);
    if (old == nullptr || *statement.view->relpersistence == 't') {
      unsure(statement.replace != 0, statement.view->relname);
      return relation(*statement.view, false);
    }
    replaceView(*old, way_);
  }

  void index(const PgQuery__IndexStmt& statement) {
    const Relation* table = way_.after.lookUp(statement.relation->schemaname, statement.relation->relname);
    if (table == nullptr) return way_.lose("The table of the index is not known.");
    for (const Relation* each : way_.after.indexesOf(table->id)) {
      if (way_.before.find(each->id) != nullptr) continue;
      unsure(statement.if_not_exists != 0, each->name);
      return way_.drop(Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX, *each, statement.concurrent != 0);
    }
  }

  void routine(const PgQuery__CreateFunctionStmt& statement) {
    const std::vector<std::string> names = tree::stringsOf(tree::nodes(statement.n_funcname, statement.funcname));
    const tree::QualifiedName name = tree::qualified(names);
    const Routine* was = way_.before.routine(name.schema, name.name);
    const Routine* is = way_.after.routine(name.schema, name.name);
    const bool there = was != nullptr && is != nullptr && is->overloads <= was->overloads;
    if (there && statement.replace != 0) {
      const PgQuery__Node* old = routineDefinition(statement, *was, way_);
      if (old == nullptr) return way_.missDefinition("the function " + name.name);
      auto* again = way_.trees.make(pg_query__node__init);
      *again = *old;
      return way_.run(again);
    }
    unsure(statement.replace != 0, name.name);
    auto* object = way_.trees.make(pg_query__object_with_args__init);
    std::vector<PgQuery__Node*> parts;
    const std::string schema = is == nullptr ? name.schema : is->schema;
    if (!schema.empty()) parts.push_back(way_.trees.string(schema));
    parts.push_back(way_.trees.string(name.name));
    object->n_objname = parts.size();
    object->objname = way_.trees.list(parts);
    std::vector<PgQuery__Node*> types;
    for (const auto* parameter : tree::nodes(statement.n_parameters, statement.parameters)) {
      const auto mode = parameter->function_parameter->mode;
      const bool result = mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_TABLE ||
                          (mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_OUT && statement.is_procedure == 0);
      if (!result) types.push_back(way_.trees.node(parameter->function_parameter->arg_type));
    }
    object->n_objargs = types.size();
    object->objargs = way_.trees.list(types);
    way_.drop(statement.is_procedure != 0 ? Object::PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE
                                          : Object::PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION,
              way_.trees.node(object));
  }

  /// A trigger, policy or rule: dropped, or what stood there under its name is put back.
  void part(Object type, const PgQuery__RangeVar& range, const std::string& name, bool replace) {
    const Relation* table = way_.before.lookUp(range.schemaname, range.relname);
    if (table == nullptr) table = way_.after.lookUp(range.schemaname, range.relname);
    if (table == nullptr) return way_.lose("The table is not known.");
    const bool there = replace && hasPart(*table, type, name);
    if (replace && !there) unsure(!table->known, name);
    way_.drop(type, way_.trees.names({table->schema, table->name, name}));
    if (there && !restorePart(*table, type, name, way_)) way_.missDefinition(name);
  }

  void type(const std::vector<std::string>& names, Object object) {
    const tree::QualifiedName name = tree::qualified(names);
    const Type* made = way_.after.type(name.schema, name.name);
    const std::string schema = made == nullptr ? name.schema : made->schema;
    way_.drop(object, way_.trees.node(typeName(schema, name.name)));
  }

  void named(Object type, const std::string& name, bool ifNotExists, bool there) {
    if (there) return;
    unsure(ifNotExists, name);
    way_.drop(type, way_.trees.string(name));
  }

  void statistics(const PgQuery__CreateStatsStmt& statement) {
    if (statement.n_relations == 0 || statement.relations[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return;
    const auto* range = statement.relations[0]->range_var;
    const Relation* was = way_.before.lookUp(range->schemaname, range->relname);
    const Relation* is = way_.after.lookUp(range->schemaname, range->relname);
    if (is == nullptr) return way_.lose("The table of the statistics is not known.");
    for (const Statistics& each : is->statistics) {
      const bool old = was != nullptr && std::ranges::any_of(was->statistics, [&](const Statistics& other) {
                         return other.name == each.name;
                       });
      if (old) continue;
      unsure(statement.if_not_exists != 0, each.name);
      const std::size_t dot = each.name.find('.');
      return way_.drop(
          Object::PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT,
          way_.trees.names({dot == std::string::npos ? std::string_view() : std::string_view(each.name).substr(0, dot),
                            std::string_view(each.name).substr(dot == std::string::npos ? 0 : dot + 1)}));
    }
  }

  /// Aggregates, operators, collations, text search: what the model doesn't hold.
  void defined(const PgQuery__DefineStmt& statement) {
    const bool plain = statement.kind == Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION ||
                       statement.kind == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TSCONFIGURATION ||
                       statement.kind == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TSDICTIONARY;
    const std::vector<std::string> names = tree::stringsOf(tree::nodes(statement.n_defnames, statement.defnames));
    if (!plain || statement.if_not_exists != 0 || names.empty())
      return way_.lose("No way back is known for a statement of this kind.");
    const tree::QualifiedName name = tree::qualified(names);
    way_.drop(statement.kind, way_.trees.names({name.schema, name.name}));
  }

  void role(const PgQuery__CreateRoleStmt& statement) {
    auto* back = way_.trees.make(pg_query__drop_role_stmt__init);
    back->n_roles = 1;
    back->roles = way_.trees.list({way_.trees.node(way_.trees.role(statement.role))});
    way_.run(way_.trees.node(back));
  }

 private:
  PgQuery__TypeName* typeName(const std::string& schema, const std::string& name) {
    auto* made = way_.trees.make(pg_query__type_name__init);
    std::vector<PgQuery__Node*> parts;
    if (!schema.empty()) parts.push_back(way_.trees.string(schema));
    parts.push_back(way_.trees.string(name));
    made->n_names = parts.size();
    made->names = way_.trees.list(parts);
    made->typemod = -1;
    return made;
  }
  /// Without the database nobody knows whether it was there before.
  void unsure(bool conditional, const std::string& name) {
    if (conditional && !way_.before.complete)
      way_.lose("Whether " + name + " was there before is not known without the database.");
  }

  WayBack& way_;
};

}  // namespace

bool invertCreate(const PgQuery__Node& statement, WayBack& way) {
  Creation creation(way);
  const auto strings = [](std::size_t count, PgQuery__Node* const* items) {
    return tree::stringsOf(tree::nodes(count, items));
  };
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      creation.relation(*statement.create_stmt->relation, statement.create_stmt->if_not_exists != 0);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT: {
      const auto* base = statement.create_foreign_table_stmt->base_stmt;
      creation.relation(*base->relation, base->if_not_exists != 0);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      creation.relation(*statement.create_table_as_stmt->into->rel, statement.create_table_as_stmt->if_not_exists != 0);
      return true;
    case PG_QUERY__NODE__NODE_SELECT_STMT:
      if (statement.select_stmt->into_clause == nullptr) return false;
      creation.relation(*statement.select_stmt->into_clause->rel, false);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
      creation.relation(*statement.create_seq_stmt->sequence, statement.create_seq_stmt->if_not_exists != 0);
      return true;
    case PG_QUERY__NODE__NODE_VIEW_STMT: creation.view(*statement.view_stmt); return true;
    case PG_QUERY__NODE__NODE_INDEX_STMT: creation.index(*statement.index_stmt); return true;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT: creation.routine(*statement.create_function_stmt); return true;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT: {
      const auto* trigger = statement.create_trig_stmt;
      creation.part(Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER, *trigger->relation, trigger->trigname,
                    trigger->replace != 0);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT: {
      const auto* policy = statement.create_policy_stmt;
      creation.part(Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY, *policy->table, policy->policy_name, false);
      return true;
    }
    case PG_QUERY__NODE__NODE_RULE_STMT: {
      const auto* rule = statement.rule_stmt;
      creation.part(Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE, *rule->relation, rule->rulename, rule->replace != 0);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT: creation.statistics(*statement.create_stats_stmt); return true;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT: {
      const auto* range = statement.composite_type_stmt->typevar;
      creation.type({range->schemaname, range->relname}, Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      creation.type(strings(statement.create_enum_stmt->n_type_name, statement.create_enum_stmt->type_name),
                    Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
      creation.type(strings(statement.create_range_stmt->n_type_name, statement.create_range_stmt->type_name),
                    Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
      creation.type(strings(statement.create_domain_stmt->n_domainname, statement.create_domain_stmt->domainname),
                    Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT: {
      const auto* schema = statement.create_schema_stmt;
      if (schema->n_schema_elts > 0) {
        way.lose("What stands in the schema has to be dropped before it.");
        return true;
      }
      std::string name = schema->schemaname;
      if (name.empty() && schema->authrole != nullptr) name = schema->authrole->rolename;
      if (name.empty()) return false;
      creation.named(Object::PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA, name, schema->if_not_exists != 0,
                     way.before.schemas.contains(name));
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT: {
      const auto* extension = statement.create_extension_stmt;
      creation.named(Object::PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION, extension->extname, extension->if_not_exists != 0,
                     way.before.extensions.contains(extension->extname));
      return true;
    }
    case PG_QUERY__NODE__NODE_DEFINE_STMT: creation.defined(*statement.define_stmt); return true;
    case PG_QUERY__NODE__NODE_CREATE_ROLE_STMT: creation.role(*statement.create_role_stmt); return true;
    case PG_QUERY__NODE__NODE_CREATE_FDW_STMT:
      creation.named(Object::PG_QUERY__OBJECT_TYPE__OBJECT_FDW, statement.create_fdw_stmt->fdwname, false, false);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT: {
      const auto* server = statement.create_foreign_server_stmt;
      if (server->if_not_exists != 0) return false;
      creation.named(Object::PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER, server->servername, false, false);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
      creation.named(Object::PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION, statement.create_publication_stmt->pubname,
                     false, false);
      return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
