#include <fmt/format.h>

#include <set>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto added = newForeignKeys(look);
  if (added.empty()) return;
  std::set<RelationName> parents = look.history.referenced();
  const std::size_t earlier = parents.size();
  for (const NewConstraint& key : added) {
    const Relation* parent = look.before.find(key.constraint->referenced);
    if (parent != nullptr && !parent->own) parents.insert(nameOf(*parent));
  }
  if (parents.size() < 2 || parents.size() == earlier) return;
  remarks.add(fmt::format("One transaction keeps writers away from {} at once: it waits for all of them, and who waits "
                          "for it while holding one of them is in a deadlock.",
                          listed(std::vector<RelationName>(parents.begin(), parents.end()))),
              "Make each foreign key in a transaction of its own.");
}

}  // namespace

const Rule foreignKeysTogether{
    .info = {"foreign-keys-together", Severity::Warning, "foreign keys to several tables are made in one transaction"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
