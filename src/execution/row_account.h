#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/catalog.h"
#include "execution/run_context.h"

namespace hotswap::execution {

/// Whether a statement changes rows or calls a function that may.
bool mayChangeRows(const db::Statement& statement);

/// What is to be said of the rows that a transaction has changed, in sentences.
struct RowVerdict {
  std::vector<std::string> counts;    ///< one a table: what was inserted, updated, deleted
  std::vector<std::string> warnings;  ///< rows that went though no statement names their table
};

/// Holds the rows changed against what the statements of the transaction name: a table loses rows by a statement that
/// names it, or a table it is a part of, and every other loss is worth a word. Pure.
RowVerdict judgeRows(std::span<const db::Statement> statements, const std::vector<db::RowChanges>& changes);

/// The rows that one attempt at a transactional unit changes, as the server counts them. Does nothing, and asks the
/// server nothing, where no statement of the unit changes rows.
class RowAccount {
 public:
  explicit RowAccount(const RunContext& run) : run_(run) {}
  /// Before each statement, inside the transaction: the first that may change rows opens the account. (Not earlier,
  /// because SET TRANSACTION must not come after any query.) Throws StatementFailed for a TRUNCATE … CASCADE that would
  /// empty tables which it doesn't name, and SqlError.
  void before(db::Session& session, std::size_t index);
  /// Before COMMIT: writes the counts into the log. Throws SqlError.
  void close(db::Session& session) const;

 private:
  const RunContext& run_;
  std::optional<std::vector<db::RowChanges>> opening_;
};

}  // namespace hotswap::execution
