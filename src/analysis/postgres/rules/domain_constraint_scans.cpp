#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT) return;
  const auto tables = ofOthers(look.effects.scans, look);
  if (tables.empty()) return;
  remarks.add(fmt::format("Every row of {} is read, and nobody can write there meanwhile.", listed(tables)),
              "ALTER DOMAIN … ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT at a quiet time; or a CHECK on each "
              "table, which can be validated beside writes.");
}

}  // namespace

const Rule domainConstraintScans{.info = {"domain-constraint-scans", Severity::Warning,
                                          "a constraint of a domain is held against all tables that use it"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
