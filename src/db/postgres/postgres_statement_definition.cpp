#include <algorithm>
#include <string>
#include <utility>

#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

ObjectReference named(Kind kind, std::size_t count, PgQuery__Node* const* parts) {
  return reference(kind, qualified(stringsOf(nodes(count, parts))));
}

void make(Statement& statement, ObjectReference object, bool ifExists = false) {
  object.ifExists = ifExists;
  statement.makes.push_back(std::move(object));
}

void need(Statement& statement, ObjectReference object, bool ifExists = false) {
  object.ifExists = ifExists;
  if (!object.name.empty()) statement.needs.push_back(std::move(object));
}

/// Takes over what a statement inside CREATE SCHEMA makes and needs; names without a schema are of the new one.
void absorb(const Statement& inner, const std::string& schema, Statement& statement) {
  for (ObjectReference made : inner.makes) {
    if (made.schema.empty()) made.schema = schema;
    make(statement, made, made.ifExists);
  }
  // A name without a schema may be one of the new schema or one of the search path.
  for (const ObjectReference& needed : inner.needs) {
    if (!needed.schema.empty() && needed.schema != schema) statement.needs.push_back(needed);
  }
  statement.additive = statement.additive && inner.additive;
}

void describeSchema(const PgQuery__CreateSchemaStmt& create, Statement& statement) {
  statement.kind = "CREATE SCHEMA";
  statement.additive = true;
  std::string name = create.schemaname;
  if (name.empty() && create.authrole != nullptr) name = create.authrole->rolename;
  if (!name.empty()) make(statement, reference(Kind::Schema, {"", name}), create.if_not_exists != 0);
  for (const auto* element : nodes(create.n_schema_elts, create.schema_elts)) {
    Statement inner;
    describe(*element, inner);
    absorb(inner, name, statement);
  }
}

void describeFunction(const PgQuery__CreateFunctionStmt& create, Statement& statement) {
  statement.kind = create.is_procedure != 0 ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  statement.additive = create.replace == 0;
  make(statement, named(Kind::Function, create.n_funcname, create.funcname), create.replace != 0);
  for (const auto* parameter : nodes(create.n_parameters, create.parameters)) {
    if (parameter->function_parameter->arg_type != nullptr)
      need(statement, typeOf(*parameter->function_parameter->arg_type));
  }
  if (create.return_type != nullptr) need(statement, typeOf(*create.return_type));
  if (create.sql_body != nullptr) {
    for (ObjectReference& table : tablesIn(create.sql_body->base)) statement.needs.push_back(std::move(table));
  }
}

void describeTrigger(const PgQuery__CreateTrigStmt& create, Statement& statement) {
  statement.kind = "CREATE TRIGGER";
  const ObjectReference table = relation(*create.relation);
  make(statement, partOf(table, Kind::Trigger, create.trigname), create.replace != 0);
  need(statement, table);
  need(statement, named(Kind::Function, create.n_funcname, create.funcname));
  for (const std::string& column : stringsOf(nodes(create.n_columns, create.columns)))
    need(statement, partOf(table, Kind::Column, column));
}

void describeDefine(const PgQuery__DefineStmt& define, Statement& statement) {
  statement.kind = "CREATE " + std::string(nameOf(define.kind));
  statement.additive = define.replace == 0;
  make(statement, named(kindOf(define.kind), define.n_defnames, define.defnames),
       define.if_not_exists != 0 || define.replace != 0);
}

void describeSequence(const PgQuery__Node& node, Statement& statement) {
  if (node.node_case == PG_QUERY__NODE__NODE_CREATE_SEQ_STMT) {
    const auto& create = *node.create_seq_stmt;
    statement.kind = "CREATE SEQUENCE";
    statement.additive = true;
    make(statement, relation(*create.sequence, Kind::Sequence), create.if_not_exists != 0);
    return;
  }
  statement.kind = "ALTER SEQUENCE";
  need(statement, relation(*node.alter_seq_stmt->sequence, Kind::Sequence), node.alter_seq_stmt->missing_ok != 0);
}

void describeEnumChange(const PgQuery__AlterEnumStmt& alter, Statement& statement) {
  statement.kind = "ALTER TYPE";
  need(statement, named(Kind::Type, alter.n_type_name, alter.type_name));
  if (*alter.old_val != '\0') {
    statement.destructive = true;
    return;
  }
  // The new value can't be used in the transaction that adds it, so that it gets one of its own.
  statement.transactional = false;
  statement.additive = true;
}

/// CREATE TYPE in its four forms, and CREATE DOMAIN.
bool describeType(const PgQuery__Node& node, Statement& statement) {
  statement.additive = true;
  statement.kind = "CREATE TYPE";
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
      make(statement, relation(*node.composite_type_stmt->typevar, Kind::Type));
      for (const auto* column : nodes(node.composite_type_stmt->n_coldeflist, node.composite_type_stmt->coldeflist)) {
        need(statement, typeOf(*column->column_def->type_name));
      }
      return true;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      make(statement, named(Kind::Type, node.create_enum_stmt->n_type_name, node.create_enum_stmt->type_name));
      return true;
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
      make(statement, named(Kind::Type, node.create_range_stmt->n_type_name, node.create_range_stmt->type_name));
      return true;
    default:
      statement.kind = "CREATE DOMAIN";
      make(statement, named(Kind::Type, node.create_domain_stmt->n_domainname, node.create_domain_stmt->domainname));
      if (node.create_domain_stmt->type_name != nullptr) need(statement, typeOf(*node.create_domain_stmt->type_name));
      return true;
  }
}

void describeDomainChange(const PgQuery__AlterDomainStmt& alter, Statement& statement) {
  statement.kind = "ALTER DOMAIN";
  need(statement, named(Kind::Type, alter.n_type_name, alter.type_name));
  // The one letter is the grammar's own: X drops a constraint, V validates one.
  statement.destructive = *alter.subtype == 'X';
}

void describeFunctionChange(const PgQuery__AlterFunctionStmt& alter, Statement& statement) {
  statement.kind = "ALTER " + std::string(nameOf(alter.objtype));
  need(statement, named(Kind::Function, alter.func->n_objname, alter.func->objname));
}

/// Rules and policies: parts of a table that the catalog is not asked about by name.
void describeTableRule(const PgQuery__Node& node, Statement& statement) {
  const auto onTable = [&](const char* kind, const PgQuery__RangeVar& range) {
    statement.kind = kind;
    need(statement, relation(range));
  };
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_RULE_STMT:
      statement.kind = "CREATE RULE";
      for (ObjectReference& table : tablesIn(node.rule_stmt->base)) statement.needs.push_back(std::move(table));
      break;
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT: onTable("CREATE POLICY", *node.create_policy_stmt->table); break;
    default: onTable("ALTER POLICY", *node.alter_policy_stmt->table); break;
  }
}

void describeStatistics(const PgQuery__CreateStatsStmt& create, Statement& statement) {
  statement.kind = "CREATE STATISTICS";
  statement.lockClass = LockClass::Weak;
  statement.additive = true;
  make(statement, named(Kind::Other, create.n_defnames, create.defnames), create.if_not_exists != 0);
  for (const auto* table : nodes(create.n_relations, create.relations)) {
    if (table->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) need(statement, relation(*table->range_var));
  }
}

void describeExtension(const PgQuery__Node& node, Statement& statement) {
  // An extension's script may make anything.
  statement.opaque = true;
  if (node.node_case != PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT) {
    statement.kind = "ALTER EXTENSION";
    return;
  }
  statement.kind = "CREATE EXTENSION";
  make(statement, reference(Kind::Other, {"", node.create_extension_stmt->extname}),
       node.create_extension_stmt->if_not_exists != 0);
}

/// Kinds of which only the name and that they add something matters.
bool describeRare(const PgQuery__Node& node, Statement& statement) {
  const auto is = [&](const char* kind, bool additive) {
    statement.kind = kind;
    statement.additive = additive;
    return true;
  };
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_CAST_STMT: return is("CREATE CAST", false);
    case PG_QUERY__NODE__NODE_CREATE_CONVERSION_STMT: return is("CREATE CONVERSION", true);
    case PG_QUERY__NODE__NODE_CREATE_OP_CLASS_STMT: return is("CREATE OPERATOR CLASS", false);
    case PG_QUERY__NODE__NODE_CREATE_OP_FAMILY_STMT: return is("CREATE OPERATOR FAMILY", true);
    case PG_QUERY__NODE__NODE_ALTER_OP_FAMILY_STMT: return is("ALTER OPERATOR FAMILY", false);
    case PG_QUERY__NODE__NODE_ALTER_OPERATOR_STMT: return is("ALTER OPERATOR", false);
    case PG_QUERY__NODE__NODE_CREATE_TRANSFORM_STMT: return is("CREATE TRANSFORM", false);
    case PG_QUERY__NODE__NODE_CREATE_PLANG_STMT: return is("CREATE LANGUAGE", true);
    case PG_QUERY__NODE__NODE_CREATE_AM_STMT: return is("CREATE ACCESS METHOD", true);
    case PG_QUERY__NODE__NODE_ALTER_COLLATION_STMT: return is("ALTER COLLATION", false);
    case PG_QUERY__NODE__NODE_ALTER_TSDICTIONARY_STMT: return is("ALTER TEXT SEARCH DICTIONARY", false);
    case PG_QUERY__NODE__NODE_ALTER_TSCONFIGURATION_STMT: return is("ALTER TEXT SEARCH CONFIGURATION", false);
    case PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT: return is("CREATE EVENT TRIGGER", false);
    case PG_QUERY__NODE__NODE_ALTER_EVENT_TRIG_STMT: return is("ALTER EVENT TRIGGER", false);
    case PG_QUERY__NODE__NODE_ALTER_STATS_STMT:
      statement.lockClass = LockClass::Weak;
      return is("ALTER STATISTICS", false);
    default: return false;
  }
}

}  // namespace

bool describeDefinition(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT: describeSchema(*node.create_schema_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
      describeFunction(*node.create_function_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
      describeFunctionChange(*node.alter_function_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT: describeTrigger(*node.create_trig_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_DEFINE_STMT: describeDefine(*node.define_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT: describeSequence(node, statement); return true;
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT: describeEnumChange(*node.alter_enum_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT: return describeType(node, statement);
    case PG_QUERY__NODE__NODE_ALTER_TYPE_STMT:
      statement.kind = "ALTER TYPE";
      need(statement, named(Kind::Type, node.alter_type_stmt->n_type_name, node.alter_type_stmt->type_name));
      return true;
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT: describeDomainChange(*node.alter_domain_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_RULE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT: describeTableRule(node, statement); return true;
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT: describeStatistics(*node.create_stats_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_CONTENTS_STMT: describeExtension(node, statement); return true;
    default: return describeRare(node, statement);
  }
}

}  // namespace hotswap::db::postgres
