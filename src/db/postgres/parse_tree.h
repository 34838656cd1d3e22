#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "db/script.h"

namespace hotswap::db::postgres {

using ParseTree = std::unique_ptr<PgQuery__ParseResult, void (*)(PgQuery__ParseResult*)>;

/// The tree of SQL that is known to be right; nothing where the parser refuses it after all. The caller bounds the
/// depth of the tree: see onDeepStack.
ParseTree parseTree(const std::string& sql);

/// A statement's tree that outlives its parsing.
class KeptTree final : public StatementTree {
 public:
  /// `tree`: of one statement.
  explicit KeptTree(ParseTree tree) : tree_(std::move(tree)) {}
  [[nodiscard]] const PgQuery__Node& node() const { return *tree_->stmts[0]->stmt; }

 private:
  ParseTree tree_;
};

/// The tree of a statement no longer than this fits into 1.5 MB of stack, which every thread has.
constexpr std::size_t shallowBytes = 2048;

/// Runs `work` to its end on a thread with a stack that the deepest statement which Script::parse takes fits into.
/// Throws what `work` throws, and Error (Unavailable) where no thread can be started.
void onDeepStack(const std::function<void()>& work);

/// Calls `visit` with the tree of one statement that Script::parse has taken, on a stack that is deep enough for it.
/// False where there is no such tree.
bool readStatement(const std::string& sql, const std::function<void(const PgQuery__Node&)>& visit);

}  // namespace hotswap::db::postgres
