#include "analysis/postgres/rewrites/rewrite.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace hotswap::analysis::postgres::rewrites {

std::string Draft::sqlOf(const PgQuery__Node& statement) {
  std::string sql = db::postgres::TreeWorkshop::sqlOf(statement);
  spoilt_ = spoilt_ || sql.empty();
  const auto comment = comments_.find(&statement);
  return comment == comments_.end() ? sql : comment->second + sql;
}

void Draft::step(const std::vector<PgQuery__Node*>& statements) {
  SafeStep step;
  for (const PgQuery__Node* statement : statements) step.statements.push_back(sqlOf(*statement));
  form_.steps.push_back(std::move(step));
}

void Draft::stepAlone(PgQuery__Node* statement) {
  step({statement});
  form_.steps.back().transactional = false;
}

void Draft::stepInBatches(PgQuery__Node* statement, const std::vector<std::string>& key) {
  say(statement, key.empty() ? "hotswap: batches" : fmt::format("hotswap: batches key={}", fmt::join(key, ",")));
  step({statement});
}

void Draft::say(const PgQuery__Node* statement, std::string_view comment) {
  comments_[statement] += fmt::format("-- {}\n", comment);
}

void Draft::later(PgQuery__Node* statement, std::string when) {
  form_.later.push_back(sqlOf(*statement));
  form_.when = std::move(when);
}

void Draft::append(Draft&& other) {
  spoilt_ = spoilt_ || other.spoilt_;
  std::ranges::move(other.form_.steps, std::back_inserter(form_.steps));
  std::ranges::move(other.form_.later, std::back_inserter(form_.later));
  if (!other.form_.when.empty()) form_.when = std::move(other.form_.when);
}

std::optional<SafeForm> Draft::finish() {
  if (spoilt_ || empty()) return std::nullopt;
  return std::move(form_);
}

}  // namespace hotswap::analysis::postgres::rewrites
