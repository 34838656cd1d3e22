#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity)) {
    static_cast<void>(command);
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    if (table == nullptr || !table->known) continue;
    remarks.addIfItStays(
        [id = table->id](const KnownSchema& end) {
          const Relation* left = end.find(id);
          return left != nullptr && left->rowSecurity && left->policies.empty();
        },
        fmt::format(
            "Without a policy {} is empty for everybody but its owner and superusers, and nothing can be written.",
            nameOf(*table).text()),
        "CREATE POLICY before ENABLE ROW LEVEL SECURITY, in the same transaction.");
  }
}

}  // namespace

const Rule rowSecurityWithoutPolicy{.info = {"row-security-without-policy", Severity::Warning,
                                             "row security is switched on for a table without policies"},
                                    .check = check};

}  // namespace hotswap::analysis::postgres::rules
