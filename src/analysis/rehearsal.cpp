#include "analysis/rehearsal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "db/script_plan.h"
#include "db/sql_error.h"

namespace hotswap::analysis {

namespace {

constexpr Milliseconds longestConnect{10'000};
constexpr std::string_view applicationName = "hotswap/rehearsal-run";

/// Why a rehearsal ended early.
struct Ended {
  bool failed = false;  ///< the scripts are to blame
  std::string message;
};

/// What a statement does outside of its database is not undone with that.
bool reachesOut(const db::Statement& statement) {
  static constexpr std::array beginnings{
      std::string_view("CREATE ROLE"),        std::string_view("ALTER ROLE"),
      std::string_view("DROP ROLE"),          std::string_view("CREATE DATABASE"),
      std::string_view("ALTER DATABASE"),     std::string_view("DROP DATABASE"),
      std::string_view("CREATE TABLESPACE"),  std::string_view("ALTER TABLESPACE"),
      std::string_view("DROP TABLESPACE"),    std::string_view("CREATE SUBSCRIPTION"),
      std::string_view("ALTER SUBSCRIPTION"), std::string_view("DROP SUBSCRIPTION"),
      std::string_view("ALTER SYSTEM"),       std::string_view("REASSIGN OWNED"),
      std::string_view("DROP OWNED")};
  const bool hostFile = statement.kind == "COPY" && statement.opaque;
  return hostFile ||
         std::ranges::any_of(beginnings, [&](std::string_view word) { return statement.kind.starts_with(word); });
}

class Stage {
 public:
  Stage(const db::Engine& engine, const ConnectionString& connection, const Deadline& deadline)
      : engine_(engine), deadline_(deadline), session_(engine.connect(connection, applicationName, longestConnect)) {}

  void copy(const std::string& schema) {
    const db::ParsedScript parsed = engine_.script().parse(schema);
    if (parsed.error) {
      throw Ended{
          .message = parsed.error->statementsInAll > 0
                         ? fmt::format("The schema has {} objects, too many for a copy.", parsed.error->statementsInAll)
                         : fmt::format("The schema can't be copied: {}", parsed.error->message)};
    }
    for (const db::Statement& statement : parsed.statements) {
      try {
        execute(statement);
      } catch (const db::SqlError& error) {
        throw Ended{.message = fmt::format("The schema can't be copied into a scratch database: {} failed: {}",
                                           statement.kind, error.what())};
      }
    }
  }

  /// Every unit as an execution runs it: what can run in a transaction and stands together runs in one.
  void run(const db::ParsedScript& script, std::string_view what) {
    std::size_t at = 0;
    try {
      for (const db::Unit& unit : db::planUnits(script.statements)) {
        if (unit.transactional) session_->begin();
        for (at = unit.first; at < unit.first + unit.count; ++at) execute(script.statements[at]);
        if (unit.transactional) session_->commit();
      }
    } catch (const db::SqlError& error) {
      const std::size_t index = std::min(at, script.statements.size() - 1);
      const bool lost = !error.recovery().connectionUsable;
      throw Ended{.failed = !lost,
                  .message = fmt::format("{}: statement {} (line {}) failed: {}", what, index + 1,
                                         script.statements[index].position.line, error.what())};
    }
  }

  db::SchemaListing listing() {
    try {
      limit();
      return engine_.catalog().listing(*session_);
    } catch (const db::SqlError& error) {
      throw Ended{.message = fmt::format("The scratch database can't be read: {}", error.what())};
    }
  }

 private:
  void limit() {
    if (deadline_.over()) throw Ended{.message = "There was no time left to go on."};
    engine_.setLimits(*session_, {.lock = deadline_.left(), .statement = deadline_.left(), .idleInTransaction = {}});
  }
  void execute(const db::Statement& statement) {
    limit();
    session_->execute(statement.sql);
  }

  const db::Engine& engine_;
  const Deadline& deadline_;
  std::unique_ptr<db::Session> session_;
};

void requireOwnDatabaseOnly(const db::ParsedScript& script) {
  const auto found = std::ranges::find_if(script.statements, reachesOut);
  if (found != script.statements.end())
    throw Ended{.message = fmt::format("{} (line {}) does something outside of its database.", found->kind,
                                       found->position.line)};
}

void play(Stage& stage, const db::ParsedScript& forward, const std::optional<db::ParsedScript>& back,
          Rehearsal& result) {
  const db::SchemaListing before = stage.listing();
  stage.run(forward, "forward");
  if (!back) {
    result.passed = true;
    result.message = "There is no way back to rehearse; the way forward ran.";
    return;
  }
  const db::SchemaListing changed = stage.listing();
  stage.run(*back, "back");
  result.differences = db::differences(before, stage.listing());
  if (!result.differences.empty())
    throw Ended{.failed = true, .message = "The way back does not bring the schema back."};
  stage.run(forward, "forward again");
  result.differences = db::differences(changed, stage.listing());
  if (!result.differences.empty())
    throw Ended{.failed = true, .message = "The second run forward leaves another schema than the first."};
  result.passed = true;
}

}  // namespace

Rehearsal rehearse(const db::Engine& engine, const ConnectionString& target, const std::string& forward,
                   const std::optional<std::string>& back, const Deadline& deadline) {
  const auto started = deadline.clock.steadyNow();
  Rehearsal result;
  const auto finish = [&] {
    result.duration = std::chrono::duration_cast<Milliseconds>(deadline.clock.steadyNow() - started);
    return result;
  };
  try {
    const db::ParsedScript forwardScript = engine.script().parse(forward);
    std::optional<db::ParsedScript> backScript;
    if (back) backScript = engine.script().parse(*back);
    if (forwardScript.error || (backScript && backScript->error)) throw Ended{.message = "The scripts can't be read."};
    requireOwnDatabaseOnly(forwardScript);
    if (backScript) requireOwnDatabaseOnly(*backScript);
    std::unique_ptr<db::ScratchDatabase> scratch;
    try {
      scratch = engine.makeScratchDatabase(target, longestConnect);
    } catch (const db::SqlError& error) {
      if (error.kind() != db::SqlErrorKind::InsufficientPrivilege) throw;
      throw Ended{.message = fmt::format("A scratch database can't be made: {} Give the role CREATEDB to rehearse.",
                                         error.what())};
    }
    if (scratch == nullptr) throw Ended{.message = "This engine has no scratch databases."};
    const auto session = engine.connect(target, applicationName, longestConnect);
    engine.setLimits(*session, {.lock = Milliseconds(2'000),
                                .statement = std::max(deadline.left(), Milliseconds(1)),
                                .idleInTransaction = {}});
    const std::string schema = engine.catalog().dump(*session);
    Stage stage(engine, scratch->connection(), deadline);
    stage.copy(schema);
    result.ran = true;
    play(stage, forwardScript, backScript, result);
  } catch (const Ended& ended) {
    result.ran = result.ran && ended.failed;
    result.message = ended.message;
  }
  return finish();
}

}  // namespace hotswap::analysis
