#include <algorithm>

#include "analysis/postgres/effects/drop.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/table_parts.h"
#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

tree::QualifiedName nameOf(std::size_t count, PgQuery__Node* const* parts) {
  return tree::qualified(tree::stringsOf(tree::nodes(count, parts)));
}

void named(Type& type, const tree::QualifiedName& name, const Simulation& simulation) {
  type.schema = name.schema.empty() ? simulation.creationSchema() : name.schema;
  type.name = name.name;
}

std::string freeCheckName(const Type& type) {
  std::string name = type.name + "_check";
  for (int number = 1; std::ranges::find(type.checks, name, &Type::Check::name) != type.checks.end(); ++number)
    name = type.name + "_check" + std::to_string(number);
  return name;
}

void createDomain(const PgQuery__CreateDomainStmt& statement, Simulation& simulation) {
  Type type;
  named(type, nameOf(statement.n_domainname, statement.domainname), simulation);
  type.kind = Type::Kind::Domain;
  type.base = typeOf(*statement.type_name, simulation.schema);
  for (const auto* node : tree::nodes(statement.n_constraints, statement.constraints)) {
    const PgQuery__Constraint& constraint = *node->constraint;
    if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) type.notNull = true;
    if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT) type.hasDefault = true;
    if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK)
      type.checks.push_back({*constraint.conname == '\0' ? freeCheckName(type) : constraint.conname, true});
  }
  // A domain over a domain has its default as well.
  if (const Type* base = domainOf(type.base, simulation.schema)) type.hasDefault = type.hasDefault || base->hasDefault;
  std::ranges::sort(type.checks, {}, &Type::Check::name);
  simulation.schema.put(std::move(type));
}

/// Tables with values of the domain are locked against writes and read.
void checkValues(const Type& domain, Simulation& simulation) {
  std::vector<ObjectId> tables;
  simulation.schema.forEach([&](const Relation& relation) {
    const bool stores = relation.kind == RelationKind::Table || relation.kind == RelationKind::MaterializedView;
    if (!stores && relation.kind != RelationKind::PartitionedTable) return;
    const bool uses = std::ranges::any_of(
        relation.columns, [&](const Column& column) { return contains(column.type, domain, simulation.schema); });
    if (uses) tables.push_back(relation.id);
  });
  std::ranges::sort(tables);
  for (const ObjectId id : tables) {
    const Relation& relation = simulation.at(id);
    for (const Column& column : relation.columns) {
      if (!contains(column.type, domain, simulation.schema)) continue;
      const bool direct = !column.type.array && domainOf(column.type, simulation.schema) != nullptr;
      if (!direct)
        return simulation.fail("cannot alter type \"" + domain.name + "\" because column \"" + relation.name + "." +
                               column.name + "\" uses it");
    }
    simulation.lock(id, LockMode::Share);
    simulation.scan(id);
  }
}

void alterDomain(const PgQuery__AlterDomainStmt& statement, Simulation& simulation) {
  const auto name = nameOf(statement.n_type_name, statement.type_name);
  const Type* found = simulation.schema.type(name.schema, name.name);
  if (found == nullptr) {
    if (simulation.schema.complete) return simulation.fail("type \"" + name.name + "\" does not exist");
    simulation.unknown("Which tables have columns of the domain " + name.name + " is not known.");
    return;
  }
  Type type = *found;
  const auto sameName = [&](const Type::Check& check) { return check.name == statement.name; };
  switch (*statement.subtype) {
    case 'T': type.hasDefault = statement.def != nullptr; break;
    case 'N': type.notNull = false; break;
    case 'O':
      if (type.notNull) return;
      checkValues(type, simulation);
      type.notNull = true;
      break;
    case 'C': {
      const PgQuery__Constraint& constraint = *statement.def->constraint;
      const bool valid = constraint.skip_validation == 0;
      if (valid) checkValues(type, simulation);
      type.checks.push_back({*constraint.conname == '\0' ? freeCheckName(type) : constraint.conname, valid});
      std::ranges::sort(type.checks, {}, &Type::Check::name);
      break;
    }
    case 'X':
      if (std::ranges::none_of(type.checks, sameName)) {
        if (statement.missing_ok == 0)
          simulation.fail("constraint \"" + std::string(statement.name) + "\" of domain \"" + type.name +
                          "\" does not exist");
        return;
      }
      std::erase_if(type.checks, sameName);
      break;
    case 'V':
      for (Type::Check& check : type.checks) {
        if (!sameName(check) || check.validated) continue;
        checkValues(type, simulation);
        check.validated = true;
      }
      break;
    default: break;
  }
  simulation.schema.put(std::move(type));
}

Relation attributesOf(const Type& type) {
  Relation relation;
  relation.schema = type.schema;
  relation.name = type.name;
  relation.kind = RelationKind::CompositeType;
  relation.replicaIdentity = 'n';
  return relation;
}

void createComposite(const PgQuery__CompositeTypeStmt& statement, Simulation& simulation) {
  Type type;
  named(type, {statement.typevar->schemaname, statement.typevar->relname}, simulation);
  type.kind = Type::Kind::Composite;
  Relation relation = attributesOf(type);
  for (const auto* node : tree::nodes(statement.n_coldeflist, statement.coldeflist))
    relation.columns.push_back(newColumn(*node->column_def, simulation).column);
  type.relation = simulation.make(std::move(relation));
  simulation.schema.put(std::move(type));
}

/// ALTER TYPE … ADD, DROP, ALTER ATTRIBUTE: typed tables follow where CASCADE says so.
void alterComposite(const PgQuery__AlterTableStmt& statement, Simulation& simulation) {
  const Type* found = simulation.schema.type(statement.relation->schemaname, statement.relation->relname);
  if (found == nullptr) {
    if (simulation.schema.complete)
      simulation.fail("type \"" + std::string(statement.relation->relname) + "\" does not exist");
    return;
  }
  const Type type = *found;
  std::vector<ObjectId> typed;
  std::string user;
  simulation.schema.forEach([&](const Relation& relation) {
    if (relation.typedBy == type.schema + "." + type.name) typed.push_back(relation.id);
    if (!relation.isTable()) return;
    for (const Column& column : relation.columns) {
      if (column.type.schema == type.schema && column.type.name == type.name) user = relation.name + "." + column.name;
    }
  });
  for (const auto* node : tree::nodes(statement.n_cmds, statement.cmds)) {
    const PgQuery__AlterTableCmd& command = *node->alter_table_cmd;
    const bool cascade = command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
    if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType && !user.empty())
      return simulation.fail("cannot alter type \"" + type.name + "\" because column \"" + user + "\" uses it");
    if (!typed.empty() && !cascade)
      return simulation.fail("cannot alter type \"" + type.name + "\" because it is the type of a typed table");
    std::vector<ObjectId> targets = typed;
    targets.push_back(type.relation);
    for (const ObjectId id : targets) {
      if (id != type.relation) simulation.lock(id, LockMode::AccessExclusive);
      if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn) {
        const Column column = newColumn(*command.def->column_def, simulation).column;
        simulation.edit(id, [&](Relation& relation) { relation.columns.push_back(column); });
      } else if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn) {
        Dropping(simulation, true).column(id, command.name);
      } else if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType) {
        const TypeUse use = typeOf(*command.def->column_def->type_name, simulation.schema);
        if (id != type.relation) simulation.rewrite(id);
        simulation.edit(id, [&](Relation& relation) {
          if (Column* column = relation.column(command.name)) column->type = use;
        });
      }
    }
  }
}

void alterEnum(const PgQuery__AlterEnumStmt& statement, Simulation& simulation) {
  // In a transaction only from PostgreSQL 12 on, which is the oldest that is supported.
  const auto name = nameOf(statement.n_type_name, statement.type_name);
  const Type* found = simulation.schema.type(name.schema, name.name);
  if (found == nullptr) return;
  Type type = *found;
  auto& labels = type.labels;
  const auto at = [&](const char* label) { return std::ranges::find(labels, std::string_view(label)); };
  if (*statement.old_val != '\0') {
    if (const auto old = at(statement.old_val); old != labels.end()) *old = statement.new_val;
  } else if (at(statement.new_val) != labels.end()) {
    if (statement.skip_if_new_val_exists == 0)
      simulation.fail("enum label \"" + std::string(statement.new_val) + "\" already exists");
  } else if (*statement.new_val_neighbor == '\0') {
    labels.emplace_back(statement.new_val);
  } else if (auto neighbour = at(statement.new_val_neighbor); neighbour != labels.end()) {
    labels.insert(statement.new_val_is_after != 0 ? neighbour + 1 : neighbour, statement.new_val);
  }
  simulation.schema.put(std::move(type));
}

}  // namespace

bool playTypeDomain(const PgQuery__Node& node, Simulation& simulation) {
  Type type;
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT: createDomain(*node.create_domain_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT: alterDomain(*node.alter_domain_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT: createComposite(*node.composite_type_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT: alterEnum(*node.alter_enum_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      if (node.alter_table_stmt->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) return false;
      alterComposite(*node.alter_table_stmt, simulation);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      named(type, nameOf(node.create_enum_stmt->n_type_name, node.create_enum_stmt->type_name), simulation);
      type.kind = Type::Kind::Enum;
      type.labels = tree::stringsOf(tree::nodes(node.create_enum_stmt->n_vals, node.create_enum_stmt->vals));
      simulation.schema.put(std::move(type));
      return true;
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT: {
      named(type, nameOf(node.create_range_stmt->n_type_name, node.create_range_stmt->type_name), simulation);
      type.kind = Type::Kind::Range;
      // The server makes constructors of the same name, from PostgreSQL 14 on also those of the multirange.
      simulation.schema.put(Routine{.schema = type.schema, .name = type.name, .overloads = 2, .volatility = 'i'});
      if (simulation.schema.serverVersion >= 140000) {
        const std::string multirange = multirangeName(type.name);
        simulation.schema.put(Routine{.schema = type.schema, .name = multirange, .overloads = 3, .volatility = 'i'});
      }
      simulation.schema.put(std::move(type));
      return true;
    }
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
