#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

bool drops(const Look& look) {
  return look.tree.node_case == PG_QUERY__NODE__NODE_DROP_STMT ||
         !actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint).empty() ||
         !actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn).empty();
}

/// A foreign key of the other's that leads to `parent` is gone after the statement.
bool losesKeyTo(const Relation& parent, const Look& look) {
  return std::ranges::any_of(look.before.foreignKeysTo(parent.id), [&](const auto& one) {
    const auto& [child, key] = one;
    const Relation* left = look.after.find(child->id);
    return child->id != parent.id && (left == nullptr || left->constraint(key->name) == nullptr);
  });
}

void check(const Look& look, Remarks& remarks) {
  if (!drops(look) || !look.effects.failure.empty()) return;
  std::vector<RelationName> parents;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || !blocksReads(lock.mode)) continue;
    const Relation* parent = look.before.find(lock.object.schema, lock.object.name);
    if (parent != nullptr && look.after.find(parent->id) != nullptr && losesKeyTo(*parent, look))
      parents.push_back(lock.object);
  }
  if (parents.empty()) return;
  remarks.add(
      fmt::format("With the foreign key go triggers of {}: nobody can read or write there until the transaction "
                  "ends.",
                  listed(parents)),
      "Drop the foreign key by itself first, with a short lock_timeout, one in a transaction.");
}

}  // namespace

const Rule dropLocksParent{.info = {"drop-locks-parent", Severity::Warning,
                                    "dropping a foreign key keeps readers away from the table it leads to"},
                           .check = check};

}  // namespace hotswap::analysis::postgres::rules
