#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RULE_STMT) return;
  const PgQuery__RuleStmt& rule = *look.tree.rule_stmt;
  const Relation* table = look.before.lookUp(rule.relation->schemaname, rule.relation->relname);
  if (!isOfOthers(*rule.relation, look) || (table != nullptr && table->kind == RelationKind::View)) return;
  remarks.add(fmt::format("From now on statements on {} are rewritten: counts of rows, RETURNING and values that are "
                          "computed twice may surprise; and nobody can read it until the transaction ends.",
                          rule.relation->relname),
              "A trigger does it row by row and as written; to make a view writable, INSTEAD OF triggers.");
}

}  // namespace

const Rule createRule{
    .info = {"create-rule", Severity::Warning, "a rewrite rule changes what statements on a table mean"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
