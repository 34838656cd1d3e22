#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return;
  if (look.tree.drop_stmt->behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) return;
  remarks.add("CASCADE drops whatever depends on it, also what is not there yet when this is written.",
              "Name each object that is to go, the dependent ones first, and leave CASCADE out.");
}

}  // namespace

const Rule dropCascade{.info = {"drop-cascade", Severity::Warning, "what depends on an object is dropped with it"},
                       .check = check};

}  // namespace hotswap::analysis::postgres::rules
