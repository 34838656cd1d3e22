#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const NewConstraint& key : newForeignKeys(look)) {
    if (key.constraint->onDelete != 'c') continue;
    const Relation* parent = look.after.find(key.constraint->referenced);
    remarks.add(fmt::format("A delete from {} goes on in {}, row by row, however many there are.",
                            parent == nullptr ? "the other table" : nameOf(*parent).text(), nameOf(*key.table).text()),
                "ON DELETE RESTRICT, and have the application delete what belongs together, in batches.");
  }
}

}  // namespace

const Rule onDeleteCascade{
    .info = {"on-delete-cascade", Severity::Info, "deleting a row deletes rows of another table"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
