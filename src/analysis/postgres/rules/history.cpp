#include "analysis/postgres/rules/history.h"

#include <algorithm>

#include "analysis/postgres/rules/reading.h"

namespace hotswap::analysis::postgres::rules {

namespace {

bool locksOthers(const Effects& effects, LockMode atLeast) {
  return std::ranges::any_of(effects.locks,
                             [&](const RelationLock& lock) { return !lock.own && lock.mode >= atLeast; });
}

}  // namespace

bool changesRowsOfOthers(const Look& look) {
  return look.statement.changesData && locksOthers(look.effects, LockMode::RowExclusive);
}

bool changesTablesOfOthers(const Look& look) {
  return !look.statement.changesData && look.statement.lockClass == db::LockClass::Strong &&
         locksOthers(look.effects, LockMode::ShareUpdateExclusive);
}

void History::enter(std::size_t unit) {
  startsUnit_ = true;
  if (unit == unit_) return;
  unit_ = unit;
  held_.clear();
  worked_.clear();
  referenced_.clear();
}

void History::note(const Look& look) {
  startsUnit_ = false;
  const db::Statement& statement = look.statement;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index) continue;
    if (lock.mode >= LockMode::ShareUpdateExclusive) touched_.insert(lock.object);
    if (!blocksWrites(lock.mode)) continue;
    const auto [place, isNew] = held_.try_emplace(lock.object, Held{lock.mode, statement.kind});
    if (!isNew && place->second.mode < lock.mode) place->second = {lock.mode, statement.kind};
  }
  for (const auto* worked : {&look.effects.scans, &look.effects.rewrites}) {
    for (const RelationName& name : ofOthers(*worked, look)) worked_.try_emplace(name, statement.kind);
  }
  for (const NewConstraint& key : newForeignKeys(look)) {
    const Relation* parent = look.before.find(key.constraint->referenced);
    if (parent != nullptr && !parent->own) referenced_.insert(nameOf(*parent));
  }
  for (const db::ObjectReference& object : statement.makes) {
    if (!object.ifExists) made_.emplace(object.name, object);
  }
  noteDropped(look);
  opaque_ = opaque_ || statement.opaque;
  if (schemaChange_.empty() && changesTablesOfOthers(look)) schemaChange_ = statement.kind;
  if (dataChange_.empty() && changesRowsOfOthers(look)) dataChange_ = statement.kind;
}

void History::noteDropped(const Look& look) {
  const auto drop = [&](const RelationName& name) {
    const Relation* relation = look.before.lookUp(name.schema, name.name);
    if (relation != nullptr) dropped_.push_back({look.before.share(relation->id), unit_});
  };
  for (const RelationName& name : look.effects.lostIndexes) drop(name);
  for (const DataLoss& loss : look.effects.dataLoss) {
    if (loss.what == DataLoss::What::Relation) drop(loss.relation);
  }
}

bool History::made(db::ObjectReference::Kind kind, const std::string& schema, const std::string& name) const {
  const auto [first, last] = made_.equal_range(name);
  return std::any_of(first, last, [&](const auto& one) {
    const db::ObjectReference& object = one.second;
    return object.kind == kind && (schema.empty() || object.schema.empty() || object.schema == schema);
  });
}

const std::pair<const RelationName, History::Held>* History::heldFromReaders() const {
  const auto found = std::ranges::find_if(held_, [](const auto& one) { return blocksReads(one.second.mode); });
  return found == held_.end() ? nullptr : &*found;
}

}  // namespace hotswap::analysis::postgres::rules
