#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint).empty()) return;
  for (const NewConstraint& key : newForeignKeys(look)) {
    const Relation* parent = look.before.find(key.constraint->referenced);
    if (parent == nullptr || parent->own || parent->id == key.table->id) continue;
    remarks.add(fmt::format("Not only {}: nobody can write to {} either until the transaction ends.",
                            nameOf(*key.table).text(), nameOf(*parent).text()),
                "Run it by itself with a short lock_timeout, also where it is NOT VALID.");
  }
}

}  // namespace

const Rule foreignKeyLocksParent{.info = {"foreign-key-locks-parent", Severity::Info,
                                          "a new foreign key keeps writers away from the table it leads to"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
