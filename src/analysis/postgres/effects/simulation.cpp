#include "analysis/postgres/effects/simulation.h"

#include <algorithm>
#include <utility>

namespace hotswap::analysis::postgres {

const Relation* Simulation::find(std::string_view schemaName, std::string_view name, bool missingOk,
                                 RelationKind kind) {
  if (const Relation* found = schema.lookUp(schemaName, name)) return found;
  if (missingOk) return nullptr;
  if (schema.complete) {
    fail("relation \"" + RelationName{std::string(schemaName), std::string(name)}.text() + "\" does not exist");
    return nullptr;
  }
  Relation standIn;
  standIn.schema = schemaName;
  standIn.name = name;
  standIn.kind = kind;
  standIn.known = false;
  unknown("Nothing is known of " + nameOf(standIn).text() + " but its name.");
  return schema.find(schema.put(std::move(standIn)));
}

const Relation* Simulation::find(const PgQuery__RangeVar& range, bool missingOk, RelationKind kind) {
  return find(range.schemaname, range.relname, missingOk, kind);
}

std::string Simulation::creationSchema() const {
  return schema.searchPath.empty() ? std::string() : schema.searchPath.front();
}

std::string Simulation::schemaFor(const PgQuery__RangeVar& range) const {
  if (*range.relpersistence == 't') return "pg_temp";
  return *range.schemaname == '\0' ? creationSchema() : range.schemaname;
}

Simulation::Touched* Simulation::touched(ObjectId id) {
  if (made_.contains(id)) return nullptr;
  const auto found = touched_.find(id);
  if (found != touched_.end()) return &found->second;
  const Relation* relation = schema.find(id);
  if (relation == nullptr) return nullptr;
  Touched& added = touched_[id];
  added.name = nameOf(*relation);
  added.own = relation->own;
  added.index = relation->isIndex();
  added.part = added.index || relation->kind == RelationKind::Sequence;
  return &added;
}

void Simulation::lock(ObjectId id, LockMode mode) {
  // What a composite type consists of is in nobody's way.
  const Relation* relation = schema.find(id);
  if (relation != nullptr && relation->kind == RelationKind::CompositeType) return;
  Touched* object = touched(id);
  if (object == nullptr) return;
  object->mode = object->locked ? std::max(object->mode, mode) : mode;
  object->locked = true;
}

void Simulation::lock(const Relation& relation, LockMode mode) { lock(relation.id, mode); }

void Simulation::scan(ObjectId id) {
  const Relation* relation = schema.find(id);
  if (relation == nullptr ||
      (relation->kind != RelationKind::Table && relation->kind != RelationKind::MaterializedView))
    return;
  if (Touched* object = touched(id)) object->scanned = true;
}

void Simulation::copyFile(ObjectId id) {
  const Relation* relation = schema.find(id);
  if (relation == nullptr ||
      (relation->kind != RelationKind::Table && relation->kind != RelationKind::MaterializedView))
    return;
  if (Touched* object = touched(id)) object->rewritten = true;
}

void Simulation::rewrite(ObjectId id) {
  const Relation* relation = schema.find(id);
  if (relation == nullptr ||
      (relation->kind != RelationKind::Table && relation->kind != RelationKind::MaterializedView))
    return;
  copyFile(id);
  for (const Relation* index : schema.indexesOf(id)) {
    lock(*index, LockMode::AccessExclusive);
    build(index->id);
  }
}

std::vector<ObjectId> Simulation::withDescendants(ObjectId id) const {
  std::vector<ObjectId> ids{id};
  for (const Relation* below : schema.descendantsOf(id)) ids.push_back(below->id);
  return ids;
}

void Simulation::build(ObjectId id, bool concurrently) {
  const Relation* index = schema.find(id);
  if (index == nullptr || index->kind != RelationKind::Index) return;
  const Relation* table = schema.find(index->index.table);
  if (table == nullptr || made_.contains(table->id)) return;
  builds_.try_emplace(id, IndexBuild{nameOf(*index), nameOf(*table), concurrently});
}

void Simulation::markConcurrent(ObjectId id) {
  const auto found = builds_.find(id);
  if (found != builds_.end()) found->second.concurrently = true;
}

void Simulation::loseIndex(ObjectId id) {
  if (Touched* object = touched(id)) object->lost = true;
}

void Simulation::lose(DataLoss::What what, ObjectId relation, std::string column) {
  Touched* object = touched(relation);
  if (object == nullptr) return;
  losses_.insert({what, object->name, std::move(column)});
}

ObjectId Simulation::make(Relation relation) {
  relation.own = true;
  relation.owner = schema.user;
  const ObjectId id = schema.put(std::move(relation));
  made_.insert(id);
  return id;
}

void Simulation::edit(ObjectId id, const std::function<void(Relation&)>& change) {
  const Relation* found = schema.find(id);
  if (found == nullptr) return;
  kept_.push_back(schema.share(id));
  Relation copy = *found;
  change(copy);
  schema.put(std::move(copy));
}

void Simulation::erase(ObjectId id) {
  touched(id);
  builds_.erase(id);
  kept_.push_back(schema.share(id));
  schema.erase(id);
}

const Relation& Simulation::at(ObjectId id) const {
  static const Relation none;
  const Relation* found = schema.find(id);
  return found == nullptr ? none : *found;
}

void Simulation::unknown(std::string sentence) {
  if (std::ranges::find(effects_.unknown, sentence) == effects_.unknown.end())
    effects_.unknown.push_back(std::move(sentence));
}

void Simulation::fail(std::string sentence) {
  if (effects_.failure.empty()) effects_.failure = std::move(sentence);
}

Effects Simulation::finish() {
  for (auto& [id, object] : touched_) {
    const bool weak = object.mode < LockMode::ShareUpdateExclusive;
    if (object.locked && !(object.part && weak))
      effects_.locks.push_back({object.name, object.mode, object.own, object.index});
    if (object.rewritten) effects_.rewrites.push_back(object.name);
    if (object.scanned && !object.rewritten) effects_.scans.push_back(object.name);
    if (object.lost) effects_.lostIndexes.push_back(object.name);
  }
  for (auto& [id, build] : builds_) effects_.indexBuilds.push_back(build);
  effects_.dataLoss.assign(losses_.begin(), losses_.end());
  std::ranges::sort(effects_.locks, {}, &RelationLock::object);
  std::ranges::sort(effects_.rewrites);
  std::ranges::sort(effects_.scans);
  std::ranges::sort(effects_.lostIndexes);
  std::ranges::sort(effects_.indexBuilds, {}, &IndexBuild::index);
  return std::move(effects_);
}

}  // namespace hotswap::analysis::postgres
