#include "analysis/postgres/effects/drop.h"
#include "analysis/postgres/effects/table_parts.h"

#include <algorithm>
#include <vector>

#include "analysis/postgres/effects/types.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr LockMode strongest = LockMode::AccessExclusive;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool reads(const std::vector<Source>& sources, ObjectId relation, const std::string& column) {
  return std::ranges::any_of(sources, [&](const Source& source) {
    return source.relation == relation && (column.empty() || holds(source.columns, column));
  });
}

bool uses(const IndexShape& index, const std::string& column) {
  return holds(index.keys, column) || holds(index.included, column) || holds(index.reads, column);
}

template <class Items>
void eraseNamed(Items& items, const std::string& name) {
  std::erase_if(items, [&](const auto& item) { return item.name == name; });
}

std::vector<ObjectId> idsOf(const std::vector<const Relation*>& relations) {
  std::vector<ObjectId> ids;
  for (const Relation* relation : relations) ids.push_back(relation->id);
  return ids;
}

}  // namespace

bool Dropping::dependent(ObjectId relation, const std::string& what) {
  if (cascade_ || expected_.contains(relation) || going_.contains(relation)) return true;
  simulation_.fail("cannot drop " + what + " because other objects depend on it");
  return false;
}

void Dropping::lockReferenced(const Constraint& constraint) {
  for (const ObjectId id : keyTriggersOf(constraint.referenced, simulation_)) simulation_.lock(id, strongest);
}

void Dropping::dropForeignKeysTo(ObjectId table, ObjectId index) {
  std::vector<std::pair<ObjectId, std::string>> keys;
  for (const auto& [owner, key] : simulation_.schema.foreignKeysTo(table)) {
    if (index == 0 || key->index == index) keys.emplace_back(owner->id, key->name);
  }
  for (const auto& [owner, name] : keys) {
    if (owner != table && !dependent(owner, nameOf(simulation_.at(table)).text())) return;
    if (owner == table && index != 0 && !dependent(0, name)) return;
    if (!going_.contains(owner)) constraint(owner, name);
  }
}

void Dropping::dropReaders(ObjectId id, const std::string& name) {
  const std::string what = nameOf(simulation_.at(id)).text() + (name.empty() ? "" : "." + name);
  for (const ObjectId reader : idsOf(simulation_.schema.referringTo(id))) {
    if (going_.contains(reader) && reader != id) continue;
    const Relation* found = simulation_.schema.find(reader);
    if (found == nullptr) continue;
    if (reads(found->sources, id, name)) {
      if (!dependent(reader, what)) return;
      relation(reader);
      continue;
    }
    if (reader == id && name.empty()) continue;
    for (const Policy& each : std::vector<Policy>(found->policies)) {
      if (!reads(each.sources, id, name)) continue;
      if (!dependent(0, what)) return;
      policy(reader, each.name);
    }
    for (const Rule& each : std::vector<Rule>(simulation_.at(reader).rules)) {
      if (!reads(each.sources, id, name)) continue;
      if (!dependent(0, what)) return;
      rule(reader, each.name);
    }
  }
}

void Dropping::index(ObjectId id) {
  const Relation* found = simulation_.schema.find(id);
  if (found == nullptr || !going_.insert(id).second) return;
  simulation_.lock(id, strongest);
  const ObjectId table = found->index.table;
  simulation_.lock(table, strongest);
  for (const ObjectId child : idsOf(simulation_.schema.childrenOf(id))) {
    simulation_.lock(simulation_.at(child).index.table, strongest);
    index(child);
  }
  dropForeignKeysTo(table, id);
  if (!going_.contains(table)) simulation_.loseIndex(id);
  const Relation* owner = simulation_.schema.find(table);
  if (owner != nullptr) {
    const auto constraint = std::ranges::find_if(owner->constraints, [&](const Constraint& each) {
      return each.index == id && each.kind != Constraint::Kind::ForeignKey;
    });
    if (constraint != owner->constraints.end())
      simulation_.edit(table,
                       [&](Relation& relation) { eraseNamed(relation.constraints, std::string(constraint->name)); });
  }
  simulation_.erase(id);
}

void Dropping::constraint(ObjectId table, const std::string& name) {
  const Relation* owner = simulation_.schema.find(table);
  if (owner == nullptr) return;
  const Constraint* found = owner->constraint(name);
  if (found == nullptr) return;
  const Constraint copy = *found;
  simulation_.lock(table, strongest);
  if (copy.kind == Constraint::Kind::ForeignKey) {
    lockReferenced(copy);
  } else if (copy.index != 0) {
    index(copy.index);
  }
  simulation_.edit(table, [&](Relation& relation) { eraseNamed(relation.constraints, name); });
  if (copy.kind != Constraint::Kind::ForeignKey) return;
  // The key of a partitioned table stands in each partition under its own name.
  for (const Relation* child : std::vector<const Relation*>(simulation_.schema.childrenOf(table))) {
    const auto same = std::ranges::find_if(child->constraints, [&](const Constraint& each) {
      return each.kind == copy.kind && each.referenced == copy.referenced && each.columns == copy.columns &&
             each.inherited > 0;
    });
    if (same != child->constraints.end()) constraint(child->id, std::string(same->name));
  }
}

void Dropping::columnDefault(ObjectId table, const std::string& name) {
  simulation_.lock(table, strongest);
  simulation_.edit(table, [&](Relation& relation) {
    if (Column* column = relation.column(name)) {
      column->hasDefault = false;
      column->functions.clear();
      column->sequences.clear();
    }
  });
}

void Dropping::column(ObjectId table, const std::string& name) {
  const Relation* owner = simulation_.schema.find(table);
  if (owner == nullptr || owner->column(name) == nullptr) return;
  simulation_.lock(table, strongest);
  dropReaders(table, name);
  if (simulation_.failed()) return;
  for (const Trigger& each : std::vector<Trigger>(simulation_.at(table).triggers)) {
    if (!holds(each.columns, name)) continue;
    if (!dependent(0, name)) return;
    trigger(table, each.name);
  }
  // From PostgreSQL 15 on, a generated column stands in the way.
  for (const Column& each : std::vector<Column>(simulation_.at(table).columns)) {
    if (!holds(each.computedFrom, name)) continue;
    if (simulation_.schema.serverVersion >= 150000 && !dependent(0, name)) return;
    column(table, each.name);
  }
  for (const Constraint& each : std::vector<Constraint>(simulation_.at(table).constraints)) {
    if (holds(each.columns, name)) constraint(table, each.name);
    if (simulation_.failed()) return;
  }
  for (const ObjectId id : idsOf(simulation_.schema.indexesOf(table))) {
    if (uses(simulation_.at(id).index, name)) index(id);
  }
  for (const ObjectId id : idsOf(simulation_.schema.sequencesOf(table))) {
    if (simulation_.at(id).ownerColumn == name) relation(id);
  }
  const bool stored = simulation_.at(table).isTable() && simulation_.at(table).kind != RelationKind::ForeignTable;
  if (stored) simulation_.lose(DataLoss::What::Column, table, name);
  simulation_.edit(table, [&](Relation& relation) {
    eraseNamed(relation.columns, name);
    std::erase_if(relation.statistics, [&](const Statistics& each) { return holds(each.columns, name); });
  });
}

void Dropping::trigger(ObjectId table, const std::string& name) {
  for (const ObjectId id : simulation_.withDescendants(table)) {
    const Relation& relation = simulation_.at(id);
    const auto found = std::ranges::find(relation.triggers, name, &Trigger::name);
    if (found == relation.triggers.end() || (id != table && !found->inherited)) continue;
    simulation_.lock(id, strongest);
    simulation_.edit(id, [&](Relation& each) { eraseNamed(each.triggers, name); });
  }
}

void Dropping::policy(ObjectId table, const std::string& name) {
  simulation_.lock(table, strongest);
  simulation_.edit(table, [&](Relation& relation) { eraseNamed(relation.policies, name); });
}

void Dropping::rule(ObjectId table, const std::string& name) {
  simulation_.lock(table, strongest);
  simulation_.edit(table, [&](Relation& relation) { eraseNamed(relation.rules, name); });
}

void Dropping::relation(ObjectId id) {
  const Relation* found = simulation_.schema.find(id);
  if (found == nullptr || !going_.insert(id).second) return;
  if (found->isIndex()) {
    going_.erase(id);
    return index(id);
  }
  simulation_.lock(id, strongest);
  if (found->isPartition()) {
    for (const ObjectId parent : found->parents) {
      if (going_.contains(parent)) continue;
      simulation_.lock(parent, strongest);
      if (const Relation* other = simulation_.schema.defaultPartitionOf(parent)) simulation_.lock(*other, strongest);
      // Rows that others refer to by way of the partitioned table would go.
      if (!simulation_.schema.foreignKeysTo(parent).empty()) dropForeignKeysTo(parent, 0);
      if (simulation_.failed()) return;
    }
  }
  const std::string what = nameOf(*found).text();
  for (const ObjectId child : idsOf(simulation_.schema.childrenOf(id))) {
    if (!simulation_.at(child).isPartition() && !dependent(child, what)) return;
    relation(child);
    if (simulation_.failed()) return;
  }
  dropReaders(id, "");
  if (simulation_.failed()) return;
  dropForeignKeysTo(id, 0);
  if (simulation_.failed()) return;
  if (found = simulation_.schema.find(id); found == nullptr) return;
  for (const Constraint& each : found->constraints) {
    const bool ownKey = each.kind == Constraint::Kind::ForeignKey && each.inherited == 0;
    if (ownKey && !going_.contains(each.referenced)) lockReferenced(each);
  }
  for (const ObjectId index : idsOf(simulation_.schema.indexesOf(id))) {
    simulation_.lock(index, strongest);
    going_.insert(index);
    simulation_.erase(index);
  }
  for (const ObjectId sequence : idsOf(simulation_.schema.sequencesOf(id))) relation(sequence);
  if (found = simulation_.schema.find(id); found == nullptr) return;
  if (found->kind == RelationKind::Sequence) {
    for (const Relation* user : std::vector<const Relation*>(simulation_.schema.referringTo(id))) {
      if (going_.contains(user->id)) continue;
      for (const Column& each : std::vector<Column>(user->columns)) {
        if (std::ranges::find(each.sequences, id) == each.sequences.end()) continue;
        if (!dependent(0, what)) return;
        columnDefault(user->id, each.name);
      }
    }
  }
  const bool holdsRows = found->kind == RelationKind::Table || found->kind == RelationKind::MaterializedView;
  if (holdsRows) simulation_.lose(DataLoss::What::Relation, id);
  simulation_.erase(id);
}

void Dropping::type(std::string_view schemaName, std::string_view name) {
  const Type* found = simulation_.schema.type(schemaName, name);
  if (found == nullptr) return;
  const Type copy = *found;
  const std::string full = copy.schema + "." + copy.name;
  std::vector<std::pair<ObjectId, std::string>> columns;
  std::vector<ObjectId> typed;
  simulation_.schema.forEach([&](const Relation& relation) {
    if (relation.typedBy == full) {
      typed.push_back(relation.id);
      return;
    }
    if (!relation.isTable()) return;
    for (const Column& column : relation.columns) {
      if (column.type.schema == copy.schema && column.type.name == copy.name)
        columns.emplace_back(relation.id, column.name);
    }
  });
  std::ranges::sort(columns);
  for (const ObjectId id : typed) {
    if (!dependent(id, full)) return;
    relation(id);
  }
  for (const auto& [table, column] : columns) {
    if (!dependent(0, full)) return;
    Dropping::column(table, column);
  }
  std::vector<std::pair<std::string, std::string>> domains;
  simulation_.schema.forEachType([&](const Type& each) {
    if (each.kind == Type::Kind::Domain && each.base.schema == copy.schema && each.base.name == copy.name)
      domains.emplace_back(each.schema, each.name);
  });
  for (const auto& [space, domain] : domains) {
    if (!dependent(0, full)) return;
    type(space, domain);
  }
  if (copy.relation != 0) simulation_.erase(copy.relation);
  if (copy.kind == Type::Kind::Range) {
    simulation_.schema.eraseRoutine(copy.schema, copy.name);
    simulation_.schema.eraseRoutine(copy.schema, multirangeName(copy.name));
  }
  simulation_.schema.eraseType(copy.schema, copy.name);
}

void Dropping::routine(std::string_view schemaName, std::string_view name) {
  const Routine* found = simulation_.schema.routine(schemaName, name);
  if (found == nullptr) return;
  const Routine copy = *found;
  const std::string full = copy.schema + "." + copy.name;
  std::vector<ObjectId> ids;
  simulation_.schema.forEach([&](const Relation& relation) { ids.push_back(relation.id); });
  std::ranges::sort(ids);
  for (const ObjectId id : ids) {
    const Relation* user = simulation_.schema.find(id);
    if (user == nullptr) continue;
    if (holds(user->functions, full)) {
      if (!dependent(id, full)) return;
      relation(id);
      continue;
    }
    for (const Column& each : std::vector<Column>(user->columns)) {
      if (!holds(each.functions, full)) continue;
      if (!dependent(0, full)) return;
      if (each.generated) {
        column(id, each.name);
      } else {
        columnDefault(id, each.name);
      }
    }
    for (const Constraint& each : std::vector<Constraint>(simulation_.at(id).constraints)) {
      if (!holds(each.functions, full)) continue;
      if (!dependent(0, full)) return;
      constraint(id, each.name);
    }
    for (const Trigger& each : std::vector<Trigger>(simulation_.at(id).triggers)) {
      if (each.function != full) continue;
      if (!dependent(0, full)) return;
      if (!each.inherited) trigger(id, each.name);
    }
    for (const Policy& each : std::vector<Policy>(simulation_.at(id).policies)) {
      if (!holds(each.functions, full)) continue;
      if (!dependent(0, full)) return;
      policy(id, each.name);
    }
  }
  if (copy.overloads > 1) {
    Routine fewer = copy;
    --fewer.overloads;
    simulation_.schema.put(std::move(fewer));
    simulation_.unknown("Another function of the name " + full + " remains; which one is dropped is not known.");
    return;
  }
  simulation_.schema.eraseRoutine(copy.schema, copy.name);
}

}  // namespace hotswap::analysis::postgres
