#include "analysis/postgres/schema_timeline.h"

#include <algorithm>
#include <utility>

namespace hotswap::analysis::postgres {

const PgQuery__Node* SchemaTimeline::statement() const {
  const bool single = newest_ && newest_->n_stmts == 1;
  return single ? newest_->stmts[0]->stmt : nullptr;
}

Effects SchemaTimeline::advance(const std::string& sql) {
  Effects effects;
  const auto play = [&] {
    if (statement() != nullptr) apply(*statement(), before_);
    newest_ = db::postgres::parseTree(sql);
    if (statement() != nullptr) effects = apply(*statement(), after_);
  };
  // The statement before is played a second time, so that either may ask for the deep stack.
  const std::size_t deeper = std::max(sql.size(), std::exchange(newestBytes_, sql.size()));
  if (deeper <= db::postgres::shallowBytes) {
    play();
  } else {
    db::postgres::onDeepStack(play);
  }
  return effects;
}

void SchemaTimeline::settle() {
  if (statement() != nullptr) apply(*statement(), before_);
  newest_.reset();
  newestBytes_ = 0;
  before_.settle();
  after_.settle();
}

}  // namespace hotswap::analysis::postgres
