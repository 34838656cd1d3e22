#include "analysis/postgres/known_schema.h"

#include <algorithm>

namespace hotswap::analysis::postgres {

namespace {

/// The relations that `relation` names, each once.
std::set<ObjectId> referencesOf(const Relation& relation) {
  std::set<ObjectId> ids(relation.parents.begin(), relation.parents.end());
  ids.insert({relation.index.table, relation.ownerTable});
  for (const Source& source : relation.sources) ids.insert(source.relation);
  for (const Constraint& constraint : relation.constraints) ids.insert(constraint.referenced);
  for (const Policy& policy : relation.policies) {
    for (const Source& source : policy.sources) ids.insert(source.relation);
  }
  for (const Rule& rule : relation.rules) {
    for (const Source& source : rule.sources) ids.insert(source.relation);
  }
  for (const Trigger& trigger : relation.triggers) ids.insert(trigger.otherTable);
  for (const Column& column : relation.columns) ids.insert(column.sequences.begin(), column.sequences.end());
  ids.erase(0);
  return ids;
}

}  // namespace

const Relation* KnownSchema::find(ObjectId id) const {
  const auto found = relations_.find(id);
  return found == relations_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Relation> KnownSchema::share(ObjectId id) const {
  const auto found = relations_.find(id);
  return found == relations_.end() ? nullptr : found->second;
}

const Relation* KnownSchema::find(std::string_view schema, std::string_view name) const {
  const auto found = byName_.find(Name(schema, name));
  return found == byName_.end() ? nullptr : find(found->second);
}

const Relation* KnownSchema::lookUp(std::string_view schema, std::string_view name) const {
  if (!schema.empty()) return find(schema, name);
  if (const Relation* temporary = find("pg_temp", name)) return temporary;
  for (const std::string& each : searchPath) {
    if (const Relation* found = find(each, name)) return found;
  }
  // A stand-in that was named without a schema.
  return find("", name);
}

template <class Keep>
std::vector<const Relation*> KnownSchema::referring(ObjectId id, const Keep& keep) const {
  std::vector<const Relation*> found;
  const auto ids = referring_.find(id);
  if (ids == referring_.end()) return found;
  for (const ObjectId each : ids->second) {
    const Relation* relation = find(each);
    if (relation != nullptr && keep(*relation)) found.push_back(relation);
  }
  return found;
}

std::vector<const Relation*> KnownSchema::referringTo(ObjectId id) const {
  return referring(id, [](const Relation&) { return true; });
}

std::vector<const Relation*> KnownSchema::indexesOf(ObjectId table) const {
  return referring(table, [&](const Relation& relation) { return relation.index.table == table; });
}

std::vector<const Relation*> KnownSchema::childrenOf(ObjectId parent) const {
  return referring(parent, [&](const Relation& relation) {
    return std::ranges::find(relation.parents, parent) != relation.parents.end();
  });
}

std::vector<const Relation*> KnownSchema::descendantsOf(ObjectId parent) const {
  std::vector<const Relation*> all = childrenOf(parent);
  for (std::size_t next = 0; next < all.size(); ++next) {
    for (const Relation* child : childrenOf(all[next]->id)) {
      if (std::ranges::find(all, child) == all.end()) all.push_back(child);
    }
  }
  return all;
}

std::vector<std::pair<const Relation*, const Constraint*>> KnownSchema::foreignKeysTo(ObjectId table) const {
  std::vector<std::pair<const Relation*, const Constraint*>> keys;
  for (const Relation* relation : referringTo(table)) {
    for (const Constraint& constraint : relation->constraints) {
      if (constraint.referenced == table) keys.emplace_back(relation, &constraint);
    }
  }
  return keys;
}

std::vector<const Relation*> KnownSchema::sequencesOf(ObjectId table) const {
  return referring(table, [&](const Relation& relation) { return relation.ownerTable == table; });
}

std::vector<const Relation*> KnownSchema::viewsOver(ObjectId id) const {
  return referring(id, [&](const Relation& relation) {
    return std::ranges::find(relation.sources, id, &Source::relation) != relation.sources.end();
  });
}

const Relation* KnownSchema::defaultPartitionOf(ObjectId parent) const {
  const auto found = referring(parent, [&](const Relation& relation) {
    return relation.bound == "DEFAULT" && std::ranges::find(relation.parents, parent) != relation.parents.end();
  });
  return found.empty() ? nullptr : found.front();
}

void KnownSchema::forEach(const std::function<void(const Relation&)>& visit) const {
  for (const auto& [id, relation] : relations_) visit(*relation);
}

void KnownSchema::forget(const Relation& relation) {
  const auto name = byName_.find(Name(relation.schema, relation.name));
  if (name != byName_.end() && name->second == relation.id) byName_.erase(name);
  for (const ObjectId id : referencesOf(relation)) {
    const auto found = referring_.find(id);
    if (found == referring_.end()) continue;
    found->second.erase(relation.id);
    if (found->second.empty()) referring_.erase(found);
  }
}

ObjectId KnownSchema::put(Relation relation) {
  if (relation.id == 0) relation.id = nextId_--;
  const ObjectId id = relation.id;
  auto& place = relations_[id];
  if (place) forget(*place);
  byName_[Name(relation.schema, relation.name)] = id;
  for (const ObjectId each : referencesOf(relation)) referring_[each].insert(id);
  place = std::make_shared<const Relation>(std::move(relation));
  return id;
}

void KnownSchema::erase(ObjectId id) {
  const auto found = relations_.find(id);
  if (found == relations_.end()) return;
  forget(*found->second);
  relations_.erase(found);
}

const Type* KnownSchema::type(std::string_view schema, std::string_view name) const {
  if (!schema.empty()) {
    const auto found = types_.find(Name(schema, name));
    return found == types_.end() ? nullptr : &found->second;
  }
  for (const std::string& each : searchPath) {
    const auto found = types_.find(Name(each, name));
    if (found != types_.end()) return &found->second;
  }
  return nullptr;
}

const Routine* KnownSchema::routine(std::string_view schema, std::string_view name) const {
  if (!schema.empty()) {
    const auto found = routines_.find(Name(schema, name));
    return found == routines_.end() ? nullptr : &found->second;
  }
  for (const std::string& each : searchPath) {
    const auto found = routines_.find(Name(each, name));
    if (found != routines_.end()) return &found->second;
  }
  return nullptr;
}

void KnownSchema::forEachType(const std::function<void(const Type&)>& visit) const {
  for (const auto& [name, type] : types_) visit(type);
}
void KnownSchema::forEachRoutine(const std::function<void(const Routine&)>& visit) const {
  for (const auto& [name, routine] : routines_) visit(routine);
}

void KnownSchema::put(Type type) {
  Name name(type.schema, type.name);
  types_[std::move(name)] = std::move(type);
}
void KnownSchema::eraseType(std::string_view schema, std::string_view name) { types_.erase(Name(schema, name)); }

void KnownSchema::put(Routine routine) {
  Name name(routine.schema, routine.name);
  routines_[std::move(name)] = std::move(routine);
}
void KnownSchema::eraseRoutine(std::string_view schema, std::string_view name) { routines_.erase(Name(schema, name)); }

void KnownSchema::settle() {
  for (auto& [id, relation] : relations_) {
    if (!relation->own) continue;
    Relation settled = *relation;
    settled.own = false;
    relation = std::make_shared<const Relation>(std::move(settled));
  }
  for (auto& [name, own] : schemas) own = false;
  for (auto& [name, own] : extensions) own = false;
}

}  // namespace hotswap::analysis::postgres
