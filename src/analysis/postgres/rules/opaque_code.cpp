#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto type = look.tree.node_case;
  if (type != PG_QUERY__NODE__NODE_DO_STMT && type != PG_QUERY__NODE__NODE_CALL_STMT) return;
  remarks.add("What the code does to which tables shows when it runs; nothing of it has been judged.",
              "Write statements plainly; leave out conditions that IF EXISTS or the history of migrations settle.");
}

}  // namespace

const Rule opaqueCode{.info = {"opaque-code", Severity::Info, "what a statement does can't be told from its text"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
