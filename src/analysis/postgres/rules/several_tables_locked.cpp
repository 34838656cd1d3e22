#include <fmt/format.h>

#include <set>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// The table that a partition belongs to in the end; a table that is none, itself.
RelationName familyOf(const RelationName& name, const KnownSchema& schema) {
  const Relation* relation = schema.lookUp(name.schema, name.name);
  while (relation != nullptr && relation->isPartition() && !relation->parents.empty() &&
         schema.find(relation->parents.front()) != nullptr)
    relation = schema.find(relation->parents.front());
  return relation == nullptr ? name : nameOf(*relation);
}

void check(const Look& look, Remarks& remarks) {
  std::set<RelationName> earlier;
  for (const auto& [name, held] : look.history.held()) {
    if (blocksReads(held.mode)) earlier.insert(familyOf(name, look.before));
    if (earlier.size() > 1) return;  // it was said when the second one came
  }
  if (earlier.empty()) return;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || !blocksReads(lock.mode)) continue;
    const RelationName family = familyOf(lock.object, look.before);
    if (earlier.contains(family)) continue;
    remarks.add(fmt::format("Nobody can read {} while this waits for {}; who holds one and wants the other is in a "
                            "deadlock with it.",
                            earlier.begin()->text(), family.text()),
                "Change each table in a transaction of its own.");
    return;
  }
}

}  // namespace

const Rule severalTablesLocked{
    .info = {"several-tables-locked", Severity::Warning, "one transaction keeps readers away from several tables"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
