#include <algorithm>

#include "analysis/postgres/effects/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;
constexpr LockMode strongest = LockMode::AccessExclusive;

void replaceName(std::vector<std::string>& names, const std::string& before, const std::string& after) {
  std::ranges::replace(names, before, after);
}

/// Names of columns stand in many places.
void renameColumnEverywhere(ObjectId table, const std::string& before, const std::string& after,
                            Simulation& simulation) {
  simulation.edit(table, [&](Relation& relation) {
    if (Column* column = relation.column(before)) column->name = after;
    for (Column& column : relation.columns) {
      replaceName(column.computedFrom, before, after);
      std::ranges::sort(column.computedFrom);
    }
    for (Constraint& constraint : relation.constraints) {
      replaceName(constraint.columns, before, after);
      if (constraint.kind == Constraint::Kind::Check) std::ranges::sort(constraint.columns);
    }
    for (Trigger& trigger : relation.triggers) replaceName(trigger.columns, before, after);
    for (Statistics& each : relation.statistics) {
      replaceName(each.columns, before, after);
      std::ranges::sort(each.columns);
    }
    replaceName(relation.partitionKey, before, after);
  });
  for (const Relation* reader : std::vector<const Relation*>(simulation.schema.referringTo(table))) {
    simulation.edit(reader->id, [&](Relation& relation) {
      const auto inSources = [&](std::vector<Source>& sources) {
        for (Source& source : sources) {
          if (source.relation != table) continue;
          replaceName(source.columns, before, after);
          std::ranges::sort(source.columns);
        }
      };
      inSources(relation.sources);
      for (Policy& policy : relation.policies) inSources(policy.sources);
      for (Rule& rule : relation.rules) inSources(rule.sources);
      for (Constraint& constraint : relation.constraints) {
        if (constraint.referenced == table) replaceName(constraint.referencedColumns, before, after);
      }
      if (relation.index.table == table) {
        replaceName(relation.index.keys, before, after);
        replaceName(relation.index.included, before, after);
        replaceName(relation.index.reads, before, after);
        std::ranges::sort(relation.index.reads);
      }
      if (relation.ownerTable == table && relation.ownerColumn == before) relation.ownerColumn = after;
    });
  }
}

void renameType(const std::string& schemaName, const std::string& oldName, const std::string& newSchema,
                const std::string& newName, Simulation& simulation) {
  const Type* found = simulation.schema.type(schemaName, oldName);
  if (found == nullptr) return;
  Type type = *found;
  const std::string oldSchema = type.schema;
  const std::string target = newSchema.empty() ? oldSchema : newSchema;
  simulation.schema.eraseType(oldSchema, oldName);
  type.schema = target;
  type.name = newName;
  if (type.relation != 0) {
    simulation.edit(type.relation, [&](Relation& relation) {
      relation.schema = target;
      relation.name = newName;
    });
  }
  simulation.schema.put(std::move(type));
  const auto isOld = [&](const TypeUse& use) { return use.schema == oldSchema && use.name == oldName; };
  std::vector<ObjectId> users;
  simulation.schema.forEach([&](const Relation& relation) {
    if (relation.typedBy == oldSchema + "." + oldName ||
        std::ranges::any_of(relation.columns, [&](const Column& column) { return isOld(column.type); }))
      users.push_back(relation.id);
  });
  for (const ObjectId id : users) {
    simulation.edit(id, [&](Relation& relation) {
      if (relation.typedBy == oldSchema + "." + oldName) relation.typedBy = target + "." + newName;
      for (Column& column : relation.columns) {
        if (!isOld(column.type)) continue;
        column.type.schema = target;
        column.type.name = newName;
      }
    });
  }
  std::vector<Type> over;
  simulation.schema.forEachType([&](const Type& each) {
    if (isOld(each.base)) over.push_back(each);
  });
  for (Type& each : over) {
    each.base.schema = target;
    each.base.name = newName;
    simulation.schema.put(std::move(each));
  }
}

void renameRoutine(const PgQuery__Node& object, const std::string& newSchema, const std::string& after,
                   Simulation& simulation) {
  const auto* function = object.object_with_args;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(function->n_objname, function->objname)));
  const Routine* found = simulation.schema.routine(name.schema, name.name);
  if (found == nullptr) return;
  Routine routine = *found;
  const std::string before = routine.schema + "." + routine.name;
  simulation.schema.eraseRoutine(routine.schema, routine.name);
  if (!newSchema.empty()) routine.schema = newSchema;
  if (!after.empty()) routine.name = after;
  const std::string now = routine.schema + "." + routine.name;
  simulation.schema.put(std::move(routine));
  std::vector<ObjectId> ids;
  simulation.schema.forEach([&](const Relation& relation) { ids.push_back(relation.id); });
  for (const ObjectId id : ids) {
    const Relation& relation = simulation.at(id);
    const auto calls = [&](const auto& items) {
      return std::ranges::any_of(
          items, [&](const auto& item) { return std::ranges::find(item.functions, before) != item.functions.end(); });
    };
    const bool triggered =
        std::ranges::any_of(relation.triggers, [&](const Trigger& each) { return each.function == before; });
    const bool own = std::ranges::find(relation.functions, before) != relation.functions.end();
    if (!triggered && !own && !calls(relation.columns) && !calls(relation.constraints) && !calls(relation.policies))
      continue;
    simulation.edit(id, [&](Relation& each) {
      const auto change = [&](std::vector<std::string>& names) {
        replaceName(names, before, now);
        std::ranges::sort(names);
      };
      change(each.functions);
      for (Column& column : each.columns) change(column.functions);
      for (Constraint& constraint : each.constraints) change(constraint.functions);
      for (Policy& policy : each.policies) change(policy.functions);
      for (Trigger& trigger : each.triggers) {
        if (trigger.function == before) trigger.function = now;
      }
    });
  }
}

class Rename {
 public:
  Rename(const PgQuery__RenameStmt& statement, Simulation& simulation)
      : statement_(statement), simulation_(simulation) {}

  void play() {
    switch (statement_.rename_type) {
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN: return column();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE: return attribute();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT: return constraint();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT: return domainConstraint();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER: return trigger();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY: return policy();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE: return rule();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA: return schema();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN: {
        const auto name = tree::qualified(tree::stringsOf(statement_.object));
        return renameType(name.schema, name.name, "", statement_.newname, simulation_);
      }
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE:
        return renameRoutine(*statement_.object, "", statement_.newname, simulation_);
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT: return statistics();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION: return publication();
      default:
        if (statement_.relation != nullptr) relation();
    }
  }

 private:
  const Relation* target() { return simulation_.find(*statement_.relation, statement_.missing_ok != 0); }

  void relation() {
    const Relation* found = target();
    if (found == nullptr) return;
    const bool asIndex = statement_.rename_type == Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX;
    simulation_.lock(*found, asIndex ? LockMode::ShareUpdateExclusive : strongest);
    if (simulation_.schema.find(found->schema, statement_.newname) != nullptr)
      return simulation_.fail("relation \"" + std::string(statement_.newname) + "\" already exists");
    const ObjectId id = found->id;
    const std::string before = found->name;
    const ObjectId table = found->index.table;
    simulation_.edit(id, [&](Relation& each) { each.name = statement_.newname; });
    if (table == 0) return;
    // The constraint of an index goes by the index's name.
    simulation_.edit(table, [&](Relation& each) {
      for (Constraint& constraint : each.constraints) {
        if (constraint.index == id && constraint.kind != Constraint::Kind::ForeignKey)
          constraint.name = statement_.newname;
      }
    });
  }

  void column() {
    const Relation* found = target();
    if (found == nullptr) return;
    const ObjectId id = found->id;
    simulation_.lock(id, strongest);
    if (found->known && found->column(statement_.subname) == nullptr)
      return simulation_.fail("column \"" + std::string(statement_.subname) + "\" does not exist");
    if (const Column* column = found->column(statement_.subname); column != nullptr && column->inherited > 0)
      return simulation_.fail("cannot rename inherited column \"" + column->name + "\"");
    const bool views = found->kind == RelationKind::View || found->kind == RelationKind::MaterializedView;
    for (const ObjectId each : simulation_.withDescendants(id)) {
      simulation_.lock(each, strongest);
      renameColumnEverywhere(each, statement_.subname, statement_.newname, simulation_);
      if (views) break;
    }
  }

  void attribute() {
    const Relation* found = simulation_.find(*statement_.relation, true, RelationKind::CompositeType);
    if (found == nullptr) return;
    const ObjectId id = found->id;
    const std::string type = found->schema + "." + found->name;
    renameColumnEverywhere(id, statement_.subname, statement_.newname, simulation_);
    std::vector<ObjectId> typed;
    simulation_.schema.forEach([&](const Relation& each) {
      if (each.typedBy == type) typed.push_back(each.id);
    });
    for (const ObjectId each : typed) {
      simulation_.lock(each, strongest);
      renameColumnEverywhere(each, statement_.subname, statement_.newname, simulation_);
    }
  }

  void constraint() {
    const Relation* found = target();
    if (found == nullptr) return;
    const ObjectId id = found->id;
    simulation_.lock(id, strongest);
    const Constraint* constraint = found->constraint(statement_.subname);
    if (constraint == nullptr) {
      if (found->known) simulation_.fail("constraint \"" + std::string(statement_.subname) + "\" does not exist");
      return;
    }
    const Constraint copy = *constraint;
    const bool recurses = copy.kind == Constraint::Kind::Check && !copy.noInherit;
    for (const ObjectId each : recurses ? simulation_.withDescendants(id) : std::vector<ObjectId>{id}) {
      simulation_.lock(each, strongest);
      simulation_.edit(each, [&](Relation& table) {
        if (Constraint* same = table.constraint(copy.name)) same->name = statement_.newname;
      });
    }
    if (copy.index == 0 || copy.kind == Constraint::Kind::ForeignKey) return;
    simulation_.lock(copy.index, LockMode::ShareUpdateExclusive);
    simulation_.edit(copy.index, [&](Relation& index) { index.name = statement_.newname; });
  }

  void domainConstraint() {
    const auto name = tree::qualified(tree::stringsOf(statement_.object));
    const Type* found = simulation_.schema.type(name.schema, name.name);
    if (found == nullptr) return;
    Type type = *found;
    for (Type::Check& check : type.checks) {
      if (check.name == statement_.subname) check.name = statement_.newname;
    }
    simulation_.schema.put(std::move(type));
  }

  void trigger() {
    const Relation* found = target();
    if (found == nullptr) return;
    // Before 15 the clones of partitions keep their name.
    const bool withClones = simulation_.schema.serverVersion >= 150000;
    const std::vector<ObjectId> tables =
        withClones ? simulation_.withDescendants(found->id) : std::vector<ObjectId>{found->id};
    for (const ObjectId id : tables) {
      const auto& triggers = simulation_.at(id).triggers;
      const auto same = std::ranges::find(triggers, std::string_view(statement_.subname), &Trigger::name);
      if (id != found->id && (same == triggers.end() || !same->inherited)) continue;
      simulation_.lock(id, strongest);
      simulation_.edit(id, [&](Relation& table) {
        for (Trigger& each : table.triggers) {
          if (each.name == statement_.subname) each.name = statement_.newname;
        }
      });
    }
  }

  template <class Items>
  void part(Items Relation::*items) {
    const Relation* found = target();
    if (found == nullptr) return;
    simulation_.lock(*found, strongest);
    simulation_.edit(found->id, [&](Relation& table) {
      for (auto& each : table.*items) {
        if (each.name == statement_.subname) each.name = statement_.newname;
      }
    });
  }
  void policy() { part(&Relation::policies); }
  void rule() { part(&Relation::rules); }

  void schema() {
    const std::string before = statement_.subname;
    const std::string after = statement_.newname;
    std::vector<ObjectId> members;
    simulation_.schema.forEach([&](const Relation& each) {
      if (each.schema == before && each.kind != RelationKind::CompositeType) members.push_back(each.id);
    });
    for (const ObjectId id : members) simulation_.edit(id, [&](Relation& each) { each.schema = after; });
    std::vector<std::string> types;
    simulation_.schema.forEachType([&](const Type& each) {
      if (each.schema == before) types.push_back(each.name);
    });
    for (const std::string& type : types) renameType(before, type, after, type, simulation_);
    std::vector<Routine> routines;
    simulation_.schema.forEachRoutine([&](const Routine& each) {
      if (each.schema == before) routines.push_back(each);
    });
    for (Routine& routine : routines) {
      simulation_.schema.eraseRoutine(before, routine.name);
      routine.schema = after;
      simulation_.schema.put(std::move(routine));
    }
    const auto found = simulation_.schema.schemas.find(before);
    if (found != simulation_.schema.schemas.end()) {
      const bool own = found->second;
      simulation_.schema.schemas.erase(found);
      simulation_.schema.schemas[after] = own;
    }
  }

  void publication() {
    const std::string before = tree::stringOf(statement_.object);
    std::vector<ObjectId> published;
    simulation_.schema.forEach([&](const Relation& each) {
      if (std::ranges::find(each.publications, before) != each.publications.end()) published.push_back(each.id);
    });
    for (const ObjectId id : published) {
      simulation_.edit(id, [&](Relation& each) {
        replaceName(each.publications, before, statement_.newname);
        std::ranges::sort(each.publications);
      });
    }
  }

  void statistics() {
    const auto name = tree::qualified(tree::stringsOf(statement_.object));
    std::vector<ObjectId> tables;
    const auto matches = [&](const Statistics& each) {
      return name.schema.empty() ? each.name.ends_with("." + name.name) : each.name == name.schema + "." + name.name;
    };
    simulation_.schema.forEach([&](const Relation& relation) {
      if (std::ranges::any_of(relation.statistics, matches)) tables.push_back(relation.id);
    });
    for (const ObjectId id : tables) {
      simulation_.edit(id, [&](Relation& relation) {
        for (Statistics& each : relation.statistics) {
          if (matches(each)) each.name = each.name.substr(0, each.name.find('.') + 1) + statement_.newname;
        }
      });
    }
  }

  const PgQuery__RenameStmt& statement_;
  Simulation& simulation_;
};

void moveToSchema(const PgQuery__AlterObjectSchemaStmt& statement, Simulation& simulation) {
  switch (statement.object_type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN: {
      const auto name = tree::qualified(tree::stringsOf(statement.object));
      return renameType(name.schema, name.name, statement.newschema, name.name, simulation);
    }
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE:
      return renameRoutine(*statement.object, statement.newschema, "", simulation);
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT: {
      const auto name = tree::qualified(tree::stringsOf(statement.object));
      std::vector<ObjectId> tables;
      simulation.schema.forEach([&](const Relation& relation) {
        if (std::ranges::any_of(relation.statistics,
                                [&](const Statistics& each) { return each.name.ends_with("." + name.name); }))
          tables.push_back(relation.id);
      });
      for (const ObjectId id : tables) {
        simulation.edit(id, [&](Relation& relation) {
          for (Statistics& each : relation.statistics) {
            if (each.name.ends_with("." + name.name)) each.name = std::string(statement.newschema) + "." + name.name;
          }
        });
      }
      return;
    }
    default: break;
  }
  if (statement.relation == nullptr) return;
  const Relation* found = simulation.find(*statement.relation, statement.missing_ok != 0);
  if (found == nullptr) return;
  const ObjectId id = found->id;
  simulation.lock(id, strongest);
  const auto move = [&](ObjectId each) {
    simulation.edit(each, [&](Relation& relation) { relation.schema = statement.newschema; });
  };
  for (const Relation* sequence : std::vector<const Relation*>(simulation.schema.sequencesOf(id))) {
    simulation.lock(*sequence, strongest);
    move(sequence->id);
  }
  for (const Relation* index : std::vector<const Relation*>(simulation.schema.indexesOf(id))) move(index->id);
  move(id);
}

void changeOwner(const PgQuery__AlterOwnerStmt& statement, Simulation& simulation) {
  if (statement.relation == nullptr) return;
  if (const Relation* found = simulation.find(*statement.relation)) simulation.lock(*found, strongest);
}

}  // namespace

bool playRename(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_RENAME_STMT: Rename(*node.rename_stmt, simulation).play(); return true;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      moveToSchema(*node.alter_object_schema_stmt, simulation);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT: changeOwner(*node.alter_owner_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
