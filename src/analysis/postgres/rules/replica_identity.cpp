#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity)) {
    const char kind = *command->def->replica_identity_stmt->identity_type;
    const char* table = look.tree.alter_table_stmt->relation->relname;
    if (kind == 'f') {
      remarks.add(
          fmt::format("Each UPDATE and DELETE writes the whole old row of {} to the log, and subscribers search "
                      "their table for it.",
                      table),
          "Give the table a primary key, or REPLICA IDENTITY USING INDEX with a unique one over NOT NULL "
          "columns.");
    } else if (kind == 'n') {
      remarks.add(fmt::format("UPDATE and DELETE on {} fail as soon as it is published for them.", table),
                  "Leave the identity at DEFAULT, which is the primary key.");
    }
  }
}

}  // namespace

const Rule replicaIdentity{
    .info = {"replica-identity", Severity::Warning, "a table's rows are told apart in another way, or not at all"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
