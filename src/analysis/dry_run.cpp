#include "analysis/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "analysis/finding.h"

namespace hotswap::analysis {

namespace {

constexpr Milliseconds longestLockWait{2'000};
constexpr Milliseconds longestStatement{30'000};
/// From the first statement on that may make others wait: they wait for the rolled back transaction as for any other.
constexpr Milliseconds longestHold{5'000};

Finding failure(const db::SqlError& error, const db::Statement& statement, std::size_t index, std::string_view script) {
  const db::SqlFailure& said = error.failure();
  Finding finding = about(statement, index, "dry-run", Severity::Error,
                          fmt::format("{} failed when it was tried: {}{}", statement.kind, error.what(),
                                      said.detail.empty() ? std::string() : fmt::format(" — {}", said.detail)),
                          said.hint.empty() ? "Correct the statement." : said.hint);
  if (said.kind == db::SqlErrorKind::LockTimeout || said.kind == db::SqlErrorKind::Deadlock) {
    finding.rule = "dry-run-locked";
    finding.severity = Severity::Warning;
    finding.message = fmt::format("{} could not be tried: others hold locks that it needs.", statement.kind);
    finding.recommendation = "Try again when the database is quieter; the execution itself retries.";
  } else if (said.kind == db::SqlErrorKind::StatementTimeout) {
    finding.rule = "dry-run-timeout";
    finding.severity = Severity::Warning;
    finding.message = fmt::format("{} takes longer than a dry run may, {} s once it holds locks.", statement.kind,
                                  longestHold.count() / 1000);
    finding.recommendation = "Expect the statement to take long; consider smaller steps.";
  } else if (said.offset != std::string::npos) {
    const Position position = positionOf(script, statement.offset + said.offset);
    finding.line = position.line;
    finding.column = position.column;
  }
  finding.sqlState = said.sqlState;
  return finding;
}

/// Whether others may come to wait for what the statement locks.
bool locks(const db::Statement& statement) {
  return statement.opaque || statement.lockClass == db::LockClass::Strong || statement.lockClass == db::LockClass::Data;
}

/// A file or program of the server's host: what happens there isn't rolled back.
bool leavesTraces(const db::Statement& statement) { return statement.kind == "COPY" && statement.opaque; }

/// What the execution would refuse, seen from inside the transaction.
std::optional<Finding> cascade(const db::Engine& engine, db::Session& session, const db::Statement& statement,
                               std::size_t index) {
  const auto emptied = engine.catalog().emptiedBesides(session, statement);
  if (emptied.empty()) return std::nullopt;
  return about(statement, index, "truncate-cascade", Severity::Error,
               fmt::format("It would also empty {}, which it does not name.", fmt::join(emptied, ", ")),
               "Name every table that is to be emptied, and leave CASCADE out.");
}

/// Ends the transaction on every way out.
class RolledBack {
 public:
  explicit RolledBack(db::Session& session) : session_(session) { session_.begin(); }
  RolledBack(const RolledBack&) = delete;
  RolledBack& operator=(const RolledBack&) = delete;
  ~RolledBack() {
    try {
      if (session_.usable() && session_.inTransaction()) session_.rollback();
    } catch (const db::SqlError&) {
      // The connection is gone and with it the transaction; whoever uses the session next is told.
    }
  }

 private:
  db::Session& session_;
};

}  // namespace

DryRunResult dryRun(const db::Engine& engine, db::Session& session, const std::vector<db::Statement>& statements,
                    std::string_view script, const Deadline& deadline) {
  DryRunResult result;
  const RolledBack transaction(session);
  std::size_t index = 0;
  Deadline end = deadline;
  bool holds = false;
  const auto run = [&](std::string_view sql) {
    // Before each statement, because the script may have set limits of its own.
    const Milliseconds most = std::max(end.left(), Milliseconds(1));
    engine.setLimits(session, {.lock = std::min(longestLockWait, most),
                               .statement = std::min(longestStatement, most),
                               .idleInTransaction = longestStatement});
    session.execute(sql);
  };
  const auto canBeTried = [&](const db::Statement& statement) {
    return statement.transactional && !leavesTraces(statement);
  };
  try {
    for (; index < statements.size() && canBeTried(statements[index]); ++index) {
      if (!std::exchange(holds, holds || locks(statements[index])) && holds) {
        end.at = std::min(end.at, end.clock.steadyNow() + longestHold);
      }
      if (end.over()) {
        result.findings.push_back(about(statements[index], index, "dry-run-timeout", Severity::Warning,
                                        "There was no time left to try this and the following statements.",
                                        "Split the script into smaller ones."));
        return result;
      }
      if (auto finding = cascade(engine, session, statements[index], index)) {
        result.findings.push_back(std::move(*finding));
        result.ran = true;
        return result;
      }
      run(statements[index].sql);
    }
    // Constraints that wait for the commit are checked here, there being none.
    if (index > 0) run("set constraints all immediate");
  } catch (const db::SqlError& error) {
    if (!error.recovery().connectionUsable) throw;
    const std::size_t failed = std::min(index, statements.size() - 1);
    result.findings.push_back(failure(error, statements[failed], failed, script));
    result.ran = result.findings.back().severity == Severity::Error;
    return result;
  }
  result.ran = index > 0;
  if (index < statements.size()) {
    result.findings.push_back(
        about(statements[index], index, "dry-run-partial", Severity::Info,
              fmt::format("{} {}, so that it and what follows was not tried.", statements[index].kind,
                          leavesTraces(statements[index]) ? "changes what no transaction undoes"
                                                          : "can't run inside a transaction"),
              ""));
  }
  return result;
}

}  // namespace hotswap::analysis
