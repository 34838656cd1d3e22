#pragma once
#include <string_view>
#include <vector>

#include "analysis/conflicts.h"
#include "db/engine.h"
#include "domain/report.h"

namespace hotswap::analysis {

struct DryRunResult {
  bool ran = false;  ///< at least one statement was tried, and none was stopped by a lock or the time
  std::vector<Finding> findings;
};

/// Runs the statements inside one transaction and rolls it back, as far as the first one that can't run in a
/// transaction. A statement that fails is an error (`dry-run`) with the server's words, SQLSTATE and place; one that
/// doesn't get its lock within 2 s a warning (`dry-run-locked`), one that takes too long likewise (`dry-run-timeout`),
/// a TRUNCATE … CASCADE that would empty tables it doesn't name an error (`truncate-cascade`): the transaction lasts at
/// most 5 s from its first statement on that may make others wait. Where a statement would touch files or programs of
/// the server's host, it ends before; what could not be tried is said (`dry-run-partial`). The session has no open
/// transaction before and after. Throws SqlError where the connection is lost.
DryRunResult dryRun(const db::Engine& engine, db::Session& session, const std::vector<db::Statement>& statements,
                    std::string_view script, const Deadline& deadline);

}  // namespace hotswap::analysis
