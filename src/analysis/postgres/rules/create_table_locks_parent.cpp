#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT) return;
  std::vector<RelationName> parents;
  for (const NewConstraint& key : newForeignKeys(look)) {
    const Relation* parent = look.before.find(key.constraint->referenced);
    if (parent != nullptr && !parent->own) parents.push_back(nameOf(*parent));
  }
  if (parents.empty()) return;
  remarks.add(fmt::format("The table is new, but nobody can write to {} until the transaction ends.", listed(parents)),
              "Let it be the last statement of its transaction, with a short lock_timeout; or add the foreign key by "
              "itself.");
}

}  // namespace

const Rule createTableLocksParent{.info = {"create-table-locks-parent", Severity::Info,
                                           "a new table keeps writers away from the tables its foreign keys lead to"},
                                  .check = check};

}  // namespace hotswap::analysis::postgres::rules
