#include <algorithm>

#include "analysis/postgres/effects/drop.h"
#include "analysis/postgres/effects/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;

RelationKind kindFor(Object type) {
  switch (type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX: return RelationKind::Index;
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_VIEW: return RelationKind::View;
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW: return RelationKind::MaterializedView;
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE: return RelationKind::Sequence;
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: return RelationKind::ForeignTable;
    default: return RelationKind::Table;
  }
}

bool isKind(const Relation& relation, Object type) {
  switch (type) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX: return relation.isIndex();
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
      return relation.kind == RelationKind::Table || relation.kind == RelationKind::PartitionedTable;
    default: return relation.kind == kindFor(type);
  }
}

bool isRelation(Object type) {
  return type == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || kindFor(type) != RelationKind::Table;
}

class DropStatement {
 public:
  DropStatement(const PgQuery__DropStmt& statement, Simulation& simulation)
      : statement_(statement),
        simulation_(simulation),
        dropping_(simulation, statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {}

  void play() {
    const auto objects = tree::nodes(statement_.n_objects, statement_.objects);
    if (isRelation(statement_.remove_type)) {
      for (const auto* object : objects) lockRelation(*object);
      for (const ObjectId id : targets_) dropping_.expect(id);
      for (const ObjectId id : targets_) {
        if (!simulation_.failed()) dropRelation(id);
      }
      return;
    }
    for (const auto* object : objects) {
      if (!simulation_.failed()) dropObject(*object);
    }
  }

 private:
  void lockRelation(const PgQuery__Node& object) {
    const auto name = tree::qualified(tree::stringsOf(&object));
    const Relation* relation =
        simulation_.find(name.schema, name.name, statement_.missing_ok != 0, kindFor(statement_.remove_type));
    if (relation == nullptr) return;
    if (relation->known && !isKind(*relation, statement_.remove_type))
      return simulation_.fail("\"" + relation->name + "\" is not what the statement drops");
    targets_.push_back(relation->id);
  }

  void dropRelation(ObjectId id) {
    const Relation* relation = simulation_.schema.find(id);
    if (relation == nullptr) return;
    if (!relation->isIndex()) return dropping_.relation(id);
    const ObjectId table = relation->index.table;
    if (statement_.concurrent != 0) {
      simulation_.notTransactional();
      simulation_.lock(table, LockMode::ShareUpdateExclusive);
      if (relation->kind == RelationKind::PartitionedIndex)
        return simulation_.fail("cannot drop partitioned index \"" + relation->name + "\" concurrently");
    } else {
      simulation_.lock(table, LockMode::AccessExclusive);
    }
    if (const Relation* owner = simulation_.schema.find(table)) {
      const bool needed = std::ranges::any_of(owner->constraints, [&](const Constraint& each) {
        return each.index == id && each.kind != Constraint::Kind::ForeignKey;
      });
      if (needed) return simulation_.fail("cannot drop index " + relation->name + " because a constraint requires it");
    }
    if (!relation->parents.empty())
      return simulation_.fail("cannot drop index " + relation->name + " because the partitioned index requires it");
    if (statement_.concurrent != 0) {
      // By the time it is locked more strongly nobody can see it any more.
      simulation_.lock(id, LockMode::ShareUpdateExclusive);
      simulation_.loseIndex(id);
      simulation_.erase(id);
      return;
    }
    dropping_.index(id);
  }

  /// A trigger, policy or rule with the table it belongs to.
  void dropPart(const PgQuery__Node& object, void (Dropping::*drop)(ObjectId, const std::string&),
                const std::function<bool(const Relation&, const std::string&)>& has) {
    std::vector<std::string> parts = tree::stringsOf(&object);
    if (parts.size() < 2) return;
    const std::string name = parts.back();
    parts.pop_back();
    const auto table = tree::qualified(parts);
    const Relation* relation = simulation_.find(table.schema, table.name, statement_.missing_ok != 0);
    if (relation == nullptr) return;
    if (relation->known && !has(*relation, name)) {
      if (statement_.missing_ok == 0) simulation_.fail("\"" + name + "\" of \"" + relation->name + "\" does not exist");
      return;
    }
    const ObjectId id = relation->id;
    simulation_.lock(id, LockMode::AccessExclusive);
    (dropping_.*drop)(id, name);
  }

  void dropObject(const PgQuery__Node& object) {
    const auto named = [](const auto& items, const std::string& name) {
      return std::ranges::any_of(items, [&](const auto& item) { return item.name == name; });
    };
    switch (statement_.remove_type) {
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
        return dropPart(object, &Dropping::trigger,
                        [&](const Relation& table, const std::string& name) { return named(table.triggers, name); });
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
        return dropPart(object, &Dropping::policy,
                        [&](const Relation& table, const std::string& name) { return named(table.policies, name); });
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
        return dropPart(object, &Dropping::rule,
                        [&](const Relation& table, const std::string& name) { return named(table.rules, name); });
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN: {
        const auto name = tree::qualified(tree::stringsOf(&object));
        return dropping_.type(name.schema, name.name);
      }
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE: {
        const auto* function = object.object_with_args;
        const auto name = tree::qualified(tree::stringsOf(tree::nodes(function->n_objname, function->objname)));
        return dropping_.routine(name.schema, name.name);
      }
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA: return dropSchema(tree::stringOf(&object));
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT: return dropStatistics(tree::stringsOf(&object));
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER:
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FDW: return dropForeignTables();
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION: return dropPublication(tree::stringOf(&object));
      case Object::PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION:
        simulation_.schema.extensions.erase(tree::stringOf(&object));
        simulation_.unknown("What belongs to the extension is not known.");
        return;
      default: return;
    }
  }

  void dropSchema(const std::string& name) {
    if (!simulation_.schema.schemas.contains(name) && statement_.missing_ok != 0) return;
    std::vector<ObjectId> members;
    simulation_.schema.forEach([&](const Relation& relation) {
      if (relation.schema == name) members.push_back(relation.id);
    });
    std::ranges::sort(members);
    std::vector<std::string> types;
    simulation_.schema.forEachType([&](const Type& type) {
      if (type.schema == name) types.push_back(type.name);
    });
    std::vector<std::string> routines;
    simulation_.schema.forEachRoutine([&](const Routine& routine) {
      if (routine.schema == name) routines.push_back(routine.name);
    });
    const bool empty = members.empty() && types.empty() && routines.empty();
    if (!empty && statement_.behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE)
      return simulation_.fail("cannot drop schema " + name + " because other objects depend on it");
    for (const ObjectId id : members) dropping_.expect(id);
    for (const ObjectId id : members) dropping_.relation(id);
    for (const std::string& type : types) dropping_.type(name, type);
    for (const std::string& routine : routines) dropping_.routine(name, routine);
    simulation_.schema.schemas.erase(name);
  }

  void dropStatistics(const std::vector<std::string>& parts) {
    const auto name = tree::qualified(parts);
    std::vector<ObjectId> tables;
    const auto matches = [&](const Statistics& each) {
      return each.name == name.schema + "." + name.name ||
             (name.schema.empty() && each.name.ends_with("." + name.name));
    };
    simulation_.schema.forEach([&](const Relation& relation) {
      if (std::ranges::any_of(relation.statistics, matches)) tables.push_back(relation.id);
    });
    for (const ObjectId id : tables) {
      simulation_.lock(id, LockMode::ShareUpdateExclusive);
      simulation_.edit(id, [&](Relation& relation) { std::erase_if(relation.statistics, matches); });
    }
  }

  void dropPublication(const std::string& name) {
    std::vector<ObjectId> published;
    simulation_.schema.forEach([&](const Relation& relation) {
      if (std::ranges::find(relation.publications, name) != relation.publications.end())
        published.push_back(relation.id);
    });
    for (const ObjectId id : published)
      simulation_.edit(id, [&](Relation& relation) { std::erase(relation.publications, name); });
  }

  /// Which server a foreign table is of is not in the model; a cascade is taken to reach all of them.
  void dropForeignTables() {
    if (statement_.behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) return;
    std::vector<ObjectId> tables;
    simulation_.schema.forEach([&](const Relation& relation) {
      if (relation.kind == RelationKind::ForeignTable) tables.push_back(relation.id);
    });
    for (const ObjectId id : tables) dropping_.relation(id);
  }

  const PgQuery__DropStmt& statement_;
  Simulation& simulation_;
  Dropping dropping_;
  std::vector<ObjectId> targets_;
};

}  // namespace

bool playDrop(const PgQuery__Node& node, Simulation& simulation) {
  if (node.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return false;
  DropStatement(*node.drop_stmt, simulation).play();
  return true;
}

}  // namespace hotswap::analysis::postgres
