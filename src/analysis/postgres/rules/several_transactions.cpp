#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.history.unit() != 1 || !look.history.startsUnit()) return;
  remarks.add("From here on it is another transaction: where this fails, what came before stays done.",
              "Put statements that can't run in a transaction into a migration of their own.");
}

}  // namespace

const Rule severalTransactions{
    .info = {"several-transactions", Severity::Info, "a script can't run in one transaction"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
