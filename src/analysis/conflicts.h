#pragma once
#include <chrono>
#include <vector>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// When a validation has to be over.
struct Deadline {
  const Clock& clock;
  std::chrono::steady_clock::time_point at;

  [[nodiscard]] Milliseconds left() const { return std::chrono::duration_cast<Milliseconds>(at - clock.steadyNow()); }
  [[nodiscard]] bool over() const { return left() <= Milliseconds(0); }
};

/// Names that are taken (`object-exists`) and objects that are missing (`missing-object`) when the script gets to them:
/// errors, or only information where the statement says IF EXISTS, IF NOT EXISTS or OR REPLACE. Each is told once.
/// Nothing is claimed after a statement whose doings can't be told from its text. Throws SqlError.
std::vector<Finding> conflictFindings(const db::Engine& engine, db::Session& session,
                                      const std::vector<db::Statement>& statements, const Deadline& deadline);

/// `duplicate-index`: the same index stands on the table under another name; `invalid-index`: a failed build has left
/// one on a table that the script touches, and the script doesn't clear it away. Both warnings. Throws SqlError.
std::vector<Finding> indexFindings(const db::Engine& engine, db::Session& session,
                                   const std::vector<db::Statement>& statements);

}  // namespace hotswap::analysis
