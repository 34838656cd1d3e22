#include "analysis/postgres/schema_timeline.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace hotswap::analysis::postgres {

namespace {

using db::postgres::KeptTree;

std::shared_ptr<const KeptTree> treeOf(const std::string& sql) {
  db::postgres::ParseTree tree = db::postgres::parseTree(sql);
  const bool single = tree && tree->n_stmts == 1 && tree->stmts[0]->stmt != nullptr;
  return single ? std::make_shared<const KeptTree>(std::move(tree)) : nullptr;
}

/// Runs `work`, which goes through the trees of statements of up to so many bytes.
void onEnoughStack(std::size_t bytes, const std::function<void()>& work) {
  if (bytes <= db::postgres::shallowBytes) {
    work();
  } else {
    db::postgres::onDeepStack(work);
  }
}

}  // namespace

const PgQuery__Node* SchemaTimeline::statement() const { return newest_ ? &newest_->node() : nullptr; }

Effects SchemaTimeline::advance(const db::Statement& statement) {
  auto kept = std::dynamic_pointer_cast<const KeptTree>(statement.tree);
  if (!kept) return advance(statement.sql);
  return play(statement.sql.size(), [&] { return std::move(kept); });
}

Effects SchemaTimeline::advance(const std::string& sql) {
  return play(sql.size(), [&] { return treeOf(sql); });
}

template <class Tree>
Effects SchemaTimeline::play(std::size_t bytes, const Tree& tree) {
  Effects effects;
  const auto work = [&] {
    if (newest_) apply(newest_->node(), before_);
    newest_ = tree();
    if (newest_) effects = apply(newest_->node(), after_);
  };
  // The statement before is played a second time, so that either may ask for the deep stack.
  onEnoughStack(std::max(bytes, std::exchange(newestBytes_, bytes)), work);
  return effects;
}

void SchemaTimeline::settle() {
  onEnoughStack(std::exchange(newestBytes_, 0), [&] {
    if (newest_) apply(newest_->node(), before_);
    newest_.reset();
  });
  before_.settle();
  after_.settle();
}

}  // namespace hotswap::analysis::postgres
