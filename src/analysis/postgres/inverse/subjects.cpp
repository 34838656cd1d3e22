#include "analysis/postgres/inverse/definitions.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Kind = Subject::Kind;
using Object = PgQuery__ObjectType;

std::string firstOf(const std::vector<std::string>& path) { return path.empty() ? std::string() : path.front(); }

/// Names as the schema has them: found by the search path, or made in its first schema.
class Naming {
 public:
  explicit Naming(const KnownSchema& schema) : schema_(schema) {}

  [[nodiscard]] Subject relation(const std::string& schema, const std::string& name) const {
    if (const Relation* found = schema_.lookUp(schema, name)) {
      if (found->isIndex()) {
        if (const Relation* table = schema_.find(found->index.table)) return subjectOf(*table);
      }
      return subjectOf(*found);
    }
    return {.kind = Kind::Relation, .schema = schema.empty() ? firstOf(schema_.searchPath) : schema, .name = name};
  }
  [[nodiscard]] Subject relation(const PgQuery__RangeVar& range) const {
    return relation(range.schemaname, range.relname);
  }
  [[nodiscard]] Subject type(const std::vector<std::string>& names) const {
    const tree::QualifiedName name = tree::qualified(names);
    const Type* found = schema_.type(name.schema, name.name);
    if (found != nullptr) return {.kind = Kind::Type, .schema = found->schema, .name = found->name};
    return {.kind = Kind::Type,
            .schema = name.schema.empty() ? firstOf(schema_.searchPath) : name.schema,
            .name = name.name};
  }
  [[nodiscard]] Subject routine(const std::vector<std::string>& names) const {
    const tree::QualifiedName name = tree::qualified(names);
    const Routine* found = schema_.routine(name.schema, name.name);
    if (found != nullptr) return {.kind = Kind::Routine, .schema = found->schema, .name = found->name};
    return {.kind = Kind::Routine,
            .schema = name.schema.empty() ? firstOf(schema_.searchPath) : name.schema,
            .name = name.name};
  }

 private:
  const KnownSchema& schema_;
};

std::vector<std::string> namesIn(const PgQuery__Node& object) {
  if (object.node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS)
    return tree::stringsOf(tree::nodes(object.object_with_args->n_objname, object.object_with_args->objname));
  if (object.node_case == PG_QUERY__NODE__NODE_TYPE_NAME)
    return tree::stringsOf(tree::nodes(object.type_name->n_names, object.type_name->names));
  return tree::stringsOf(&object);
}

/// The object that COMMENT, OWNER TO and their like name; parts of a relation are the relation.
Subject named(Object type, const PgQuery__Node* object, const Naming& naming) {
  if (object == nullptr) return {};
  std::vector<std::string> names = namesIn(*object);
  if (names.empty()) return {};
  const auto relation = [&] {
    const tree::QualifiedName name = tree::qualified(names);
    return naming.relation(name.schema, name.name);
  };
  switch (type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: return relation();
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE: names.pop_back(); return relation();
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN: return naming.type(names);
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE: return naming.routine(names);
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      return {.kind = Kind::Schema, .schema = {}, .name = names.back()};
    default: {
      const tree::QualifiedName name = tree::qualified(names);
      return {.kind = Kind::Other, .schema = name.schema, .name = name.name};
    }
  }
}

}  // namespace

std::vector<Subject> subjectsOf(const PgQuery__Node& statement, const KnownSchema& schema) {
  const Naming naming(schema);
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT: return {naming.relation(*statement.create_stmt->relation)};
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      return {naming.relation(*statement.create_foreign_table_stmt->base_stmt->relation)};
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return {naming.relation(*statement.create_table_as_stmt->into->rel)};
    case PG_QUERY__NODE__NODE_VIEW_STMT: return {naming.relation(*statement.view_stmt->view)};
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT: return {naming.relation(*statement.create_seq_stmt->sequence)};
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT: return {naming.relation(*statement.alter_seq_stmt->sequence)};
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      return {naming.relation(*statement.refresh_mat_view_stmt->relation)};
    case PG_QUERY__NODE__NODE_INDEX_STMT: return {naming.relation(*statement.index_stmt->relation)};
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      if (statement.alter_table_stmt->objtype == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) {
        const auto* range = statement.alter_table_stmt->relation;
        return {naming.type({range->schemaname, range->relname})};
      }
      return {naming.relation(*statement.alter_table_stmt->relation)};
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT: return {naming.relation(*statement.create_trig_stmt->relation)};
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT: return {naming.relation(*statement.create_policy_stmt->table)};
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT: return {naming.relation(*statement.alter_policy_stmt->table)};
    case PG_QUERY__NODE__NODE_RULE_STMT: return {naming.relation(*statement.rule_stmt->relation)};
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT: {
      const auto* of = statement.create_stats_stmt;
      if (of->n_relations == 0 || of->relations[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return {};
      return {naming.relation(*of->relations[0]->range_var)};
    }
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT: {
      const auto* range = statement.composite_type_stmt->typevar;
      return {naming.type({range->schemaname, range->relname})};
    }
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      return {naming.type(tree::stringsOf(
          tree::nodes(statement.create_enum_stmt->n_type_name, statement.create_enum_stmt->type_name)))};
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
      return {naming.type(tree::stringsOf(
          tree::nodes(statement.create_range_stmt->n_type_name, statement.create_range_stmt->type_name)))};
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
      return {naming.type(tree::stringsOf(
          tree::nodes(statement.create_domain_stmt->n_domainname, statement.create_domain_stmt->domainname)))};
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
      return {naming.type(tree::stringsOf(
          tree::nodes(statement.alter_domain_stmt->n_type_name, statement.alter_domain_stmt->type_name)))};
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
      return {naming.type(
          tree::stringsOf(tree::nodes(statement.alter_enum_stmt->n_type_name, statement.alter_enum_stmt->type_name)))};
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
      return {naming.routine(tree::stringsOf(
          tree::nodes(statement.create_function_stmt->n_funcname, statement.create_function_stmt->funcname)))};
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT: {
      const auto* function = statement.alter_function_stmt->func;
      return {naming.routine(tree::stringsOf(tree::nodes(function->n_objname, function->objname)))};
    }
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      return {{.kind = Kind::Schema, .schema = {}, .name = statement.create_schema_stmt->schemaname}};
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return {named(statement.comment_stmt->objtype, statement.comment_stmt->object, naming)};
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT: {
      const auto* owner = statement.alter_owner_stmt;
      if (owner->relation != nullptr) return {naming.relation(*owner->relation)};
      return {named(owner->object_type, owner->object, naming)};
    }
    case PG_QUERY__NODE__NODE_GRANT_STMT: {
      const auto* grant = statement.grant_stmt;
      std::vector<Subject> subjects;
      for (const auto* object : tree::nodes(grant->n_objects, grant->objects)) {
        subjects.push_back(object->node_case == PG_QUERY__NODE__NODE_RANGE_VAR ? naming.relation(*object->range_var)
                                                                               : named(grant->objtype, object, naming));
      }
      return subjects;
    }
    default: return {};
  }
}

}  // namespace hotswap::analysis::postgres
